"""Files may be kept for ever, since their address changes with their content."""

import re

import pytest

from farled.web.assets import assets


def test_every_file_is_served_under_its_digest_for_ever(client):
    for asset in assets().values():
        answer = client.get(asset.address)
        assert answer.content == asset.content
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == asset.media_type


@pytest.mark.parametrize("path", ["/static/farled.css", "/static/..%2fassets.py", "/static/tokens.json"])
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code == 404


def test_what_a_page_loads_is_there(client):
    text = client.get("/").text
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', text):
        assert client.get(address).status_code == 200


def test_the_style_loads_only_what_is_there(client):
    style = assets()["farled.css"].content.decode()
    for address in re.findall(r"url\(([^)]+)\)", style):
        assert client.get(address).status_code == 200


def test_colours_come_from_the_tokens_alone():
    style = assets()["farled.css"].content.decode()
    rules = "\n".join(line for line in style.splitlines() if "--paper:" not in line)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules) == []
