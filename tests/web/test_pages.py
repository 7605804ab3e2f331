"""What every page keeps to: its language, its theme, nothing inline, nobody else's name."""

import re
from html.parser import HTMLParser

import pytest

from farled.locale import LANGUAGES

PAGES = ["/", "/funnels", "/paths", "/flow", "/nothing-here"]
SCHEMES = ["/funnels?steps=visit", "/funnels?steps=visit&steps=ordr", "/maps/none"]


class Inline(HTMLParser):
    """Collects what a strict content security policy forbids, and headings and ids."""

    def __init__(self, text):
        super().__init__()
        self.forbidden, self.ids, self.headings = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        is_data = ("type", "application/json") in attrs  # never run, so no policy speaks of it
        if tag == "style" or (tag == "script" and "src" not in names and not is_data):
            self.forbidden.append(tag)
        self.forbidden += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        self.forbidden += [f"{tag} {value}" for _, value in attrs if (value or "").startswith("javascript:")]
        self.ids += [value for name, value in attrs if name == "id"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_the_language_of_its_reader(client, path, language):
    answer = client.get(path, params={"language": language})
    assert f'<html lang="{language}"' in answer.text
    assert answer.headers["content-language"] == language


@pytest.mark.parametrize("path", PAGES + SCHEMES)
def test_a_page_has_nothing_inline_and_one_first_heading_and_no_id_twice(client, path):
    read = Inline(client.get(path).text)
    assert read.forbidden == []
    assert read.headings[0] == 1
    assert read.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(read.headings, read.headings[1:], strict=False))
    assert sorted(read.ids) == sorted(set(read.ids))


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/workspace", "/api/none", "/favicon.ico", "/static/none.css"])
def test_every_answer_has_the_policy_and_the_time_it_took(client, path):
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["server-timing"].startswith("total;dur=")


@pytest.mark.parametrize("path", ["/", "/api/v1/workspace"])
def test_pages_and_answers_are_not_kept(client, path):
    assert client.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", ""])
def test_a_foreign_name_for_this_computer_is_refused(client, host):
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1:8765", "[::1]:8765"])
def test_the_names_of_this_computer_are_answered(client, host):
    assert client.get("/", headers={"host": host}).status_code == 200


def test_the_address_decides_the_language_then_the_last_choice_then_the_browser(client):
    assert '<html lang="da"' in client.get("/", headers={"accept-language": "fi, da;q=0.8, sv;q=0.5"}).text
    client.get("/", params={"language": "sv"})
    assert '<html lang="sv"' in client.get("/", headers={"accept-language": "da"}).text
    assert '<html lang="nb"' in client.get("/", params={"language": "nb"}).text


def test_a_language_that_farled_does_not_speak_changes_nothing(client):
    answer = client.get("/", params={"language": '"><script>'})
    assert '<html lang="en"' in answer.text
    assert "set-cookie" not in answer.headers


def test_the_theme_is_that_of_the_device_until_one_is_chosen(client):
    assert "data-theme" not in client.get("/").text
    assert 'data-theme="dark"' in client.get("/", params={"theme": "dark"}).text
    assert 'data-theme="dark"' in client.get("/flow").text


def test_the_links_to_other_languages_keep_what_was_asked(client):
    text = client.get("/funnels?steps=visit&steps=cart&within=7d").text
    assert 'href="/funnels?steps=visit&amp;steps=cart&amp;within=7d&amp;language=sv"' in text


def test_the_rail_marks_the_page_and_none_where_there_is_no_page(client):
    assert client.get("/paths").text.count('aria-current="page"') == 2  # rail and menu; one of them is shown
    assert client.get("/nothing-here").text.count('aria-current="page"') == 0


def test_an_unknown_page_says_so_and_leads_back(client):
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert 'href="/"' in answer.text
