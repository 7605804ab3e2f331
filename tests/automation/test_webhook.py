import ipaddress
import json
from pathlib import Path

import httpx2
import pytest
from automation.servers import Hook, client_context, http_server, server_context
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.automation.channels.addresses import Allowed, RefusedAddressError, is_public, targets
from farled.automation.channels.message import Message
from farled.automation.channels.transport import MOST_ANSWER, PinnedTransport
from farled.automation.channels.webhook import Webhook, is_signed, judged, signature
from farled.errors import InputError
from farled.state.secret import Secret

MESSAGE = Message("0123abcd", "alert", "shop:csat", "Kundnöjdheten är för låg", "61 %", {"value": 0.61})
HERE = (Allowed.of("localhost", "127.0.0.0/8"), Allowed.of("localhost", "::1/128"))
NAMED = (Allowed.of("hooks.example.org", "127.0.0.0/8"),)
KEY = Secret("key")
ADDRESSES = [line.split() for line in Path(__file__).with_name("addresses.txt").read_text().splitlines()[1:]]
PRIVATE = [address for kind, address in ADDRESSES if kind == "private"]
PUBLIC = [address for kind, address in ADDRESSES if kind == "public"]


def hook_of(port, allowed=HERE, **given):
    url = Secret(f"http://localhost:{port}/in?who=farled")
    return Webhook("ops", url, [KEY], allowed, plain_http=True, clock=lambda: 1000.0, **given)


def handed(hook, **given):
    with http_server(hook) as port:
        return hook_of(port, **given).hand_over(MESSAGE)


def test_a_message_is_posted_with_its_key_and_signature():
    hook = Hook()
    assert handed(hook).outcome == "sent"
    ((path, headers, content),) = hook.requests
    assert path == "/in?who=farled"
    assert json.loads(content) == MESSAGE.to_dict()
    assert headers["Idempotency-Key"] == "0123abcd"
    assert is_signed(headers["Farled-Signature"], content, KEY, 1000.0)


def test_a_signature_holds_for_one_body_one_secret_and_five_minutes():
    header = signature(b"{}", [KEY], 1000)
    assert is_signed(header, b"{}", KEY, 1300.0)
    assert not is_signed(header, b"{}", KEY, 1301.0)
    assert not is_signed(header, b"{ }", KEY, 1000.0)
    assert not is_signed(header, b"{}", Secret("other"), 1000.0)
    assert not is_signed("nonsense", b"{}", KEY, 1000.0)


def test_while_a_secret_is_changed_both_hold():
    header = signature(b"{}", [KEY, Secret("new")], 1000)
    assert is_signed(header, b"{}", KEY, 1000.0)
    assert is_signed(header, b"{}", Secret("new"), 1000.0)


ANSWERS = {"sent": (200, 204, 409, 422), "retry": (408, 425, 429, 500, 503), "failed": (400, 401, 404, 410)}


@pytest.mark.parametrize(("status", "outcome"), [(code, told) for told, codes in ANSWERS.items() for code in codes])
def test_what_an_answer_means(status, outcome):
    assert handed(Hook(status)).outcome == outcome


def test_the_receiver_says_how_long_to_wait():
    assert judged(429, "120", 0).after == 120
    assert judged(503, "Thu, 01 Jan 1970 00:02:00 GMT", 60).after == 60
    assert judged(503, "99999999", 0).after == 4 * 3600
    assert judged(503, "soon", 0).after is None


def test_a_redirect_is_not_followed():
    elsewhere = Hook()
    with http_server(elsewhere) as port:
        told = handed(Hook((302, {"Location": f"http://localhost:{port}/"})))
    assert (told.outcome, elsewhere.requests) == ("failed", [])


def test_a_private_target_needs_its_name_and_its_network_allowed():
    hook = Hook()
    for allowed in ((), (Allowed.of("localhost", "10.0.0.0/8"),), (Allowed.of("other", "127.0.0.0/8"),)):
        told = handed(hook, allowed=allowed)
        assert told.outcome == "failed"
        assert "not a public address" in told.reason
    assert hook.requests == []


def test_a_name_is_looked_up_once_and_its_address_is_kept():
    asked = []

    def rebinding(host, _port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    hook = Hook()
    with http_server(hook) as port:
        transport = PinnedTransport(NAMED, resolve=rebinding)
        with httpx2.Client(transport=transport, trust_env=False) as client:
            client.post(f"http://hooks.example.org:{port}/")
    assert asked == ["hooks.example.org"]
    assert hook.requests[0][1]["Host"] == f"hooks.example.org:{port}"


def test_the_certificate_is_of_the_name_not_of_the_address():
    hook = Hook()
    with http_server(hook, server_context()) as port:
        for name, works in (("hooks.example.org", True), ("wrong.example.org", False)):
            allowed = (Allowed.of(name, "127.0.0.0/8"),)
            transport = PinnedTransport(allowed, resolve=lambda *_: ["127.0.0.1"], context=client_context())
            url = Secret(f"https://{name}:{port}/")
            told = Webhook("ops", url, [KEY], transport=transport).hand_over(MESSAGE)
            assert (told.outcome == "sent") == works
    assert len(hook.requests) == 1


def test_one_address_that_is_not_public_refuses_them_all():
    with pytest.raises(RefusedAddressError):
        targets("mixed.example.org", 443, resolve=lambda *_: ["93.184.216.34", "10.0.0.1"])


def test_of_a_long_answer_only_the_beginning_is_read():
    hook = Hook(200, body=b"x" * (MOST_ANSWER * 4))
    with http_server(hook) as port, httpx2.Client(transport=PinnedTransport(HERE), trust_env=False) as client:
        assert len(client.post(f"http://localhost:{port}/", content=b"{}").content) == MOST_ANSWER


def test_no_proxy_is_taken_from_the_environment(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert handed(Hook()).outcome == "sent"


def test_a_receiver_that_is_down_may_come_back():
    with http_server(Hook()) as port:
        pass
    assert hook_of(port).hand_over(MESSAGE).outcome == "retry"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:pw@example.org/",
        "https://",
        "example.org",
    ],
)
def test_an_address_that_may_not_be_used_is_refused_and_not_repeated(url):
    with pytest.raises(InputError) as caught:
        Webhook("ops", Secret(url), [KEY])
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_inside_are_refused(address):
    with pytest.raises(RefusedAddressError):
        targets("any.example.org", 443, resolve=lambda *_: [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_outside_are_not(address):
    assert targets("any.example.org", 443, resolve=lambda *_: [address]) == [address]


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "localhost", "0"])
def test_odd_ways_of_writing_this_computer_are_refused(host):
    try:
        found = targets(host.strip("[]"), 443)
    except (RefusedAddressError, OSError):
        return
    pytest.fail(f"{host} would be reached at {found}")


@settings(max_examples=50)
@given(st.ip_addresses(v=4))
def test_what_wraps_an_address_changes_nothing(address):
    number = int(address)
    wrapped = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
    ]
    assert [is_public(each) for each in wrapped] == [is_public(address)] * 3
