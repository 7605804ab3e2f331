import pytest
from automation.servers import Mailbox, client_context, server_context, smtp_server

from farled.automation.channels.mail import Mail, Server
from farled.automation.channels.message import Message
from farled.errors import InputError
from farled.state.secret import Secret

MESSAGE = Message("0123abcd", "alert", "shop:csat", "Kundnöjdheten är för låg", "CSAT är 61 %.\nMålet är 75 %.")


def channel(port, to=("ana@example.org",), sender="Farled <farled@example.org>", **server):
    return Mail("team", Server("127.0.0.1", port, **server), sender, to, lambda: 0.0)


def handed(mailbox, *, options=None, **given):
    with smtp_server(mailbox, **(options or {})) as port:
        return channel(port, **given).hand_over(MESSAGE)


def test_a_mail_says_what_the_message_says():
    mailbox = Mailbox()
    assert handed(mailbox).outcome == "sent"
    ((sender, to, mail),) = mailbox.mails
    assert (sender, to) == ("farled@example.org", ("ana@example.org",))
    assert mail["Subject"] == MESSAGE.title
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == MESSAGE.text.splitlines()


def test_its_id_comes_from_the_key_and_it_asks_for_no_automatic_answer():
    mailbox = Mailbox()
    handed(mailbox)
    mail = mailbox.mails[0][2]
    assert mail["Message-ID"] == "<0123abcd@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None


def test_what_is_said_is_encrypted_where_the_server_can():
    mailbox = Mailbox()
    options = {"tls_context": server_context()}
    assert handed(mailbox, options=options, context=client_context()).outcome == "sent"
    assert mailbox.was_encrypted == [True]


def test_a_certificate_that_is_not_trusted_is_not_spoken_to():
    mailbox = Mailbox()
    told = handed(mailbox, options={"tls_context": server_context()})
    assert (told.outcome, mailbox.mails) == ("retry", [])
    assert "certificate" in told.reason.lower()


def test_another_computer_must_encrypt(monkeypatch):
    mailbox = Mailbox()
    with smtp_server(mailbox) as port:
        monkeypatch.setattr("socket.getaddrinfo", _here)
        told = Mail("team", Server("mail.example.org", port), "a@example.org", ["b@example.org"]).hand_over(MESSAGE)
    assert (told.outcome, mailbox.mails) == ("retry", [])
    assert "STARTTLS" in told.reason
    with pytest.raises(InputError, match="not be encrypted"):
        Server("mail.example.org", tls="none")


def _here(_host, port, *_, **__):
    return [(2, 1, 6, "", ("127.0.0.1", port))]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"rcpt": ["550 no such user"]}, "failed"),
        ({"rcpt": ["450 try later"]}, "retry"),
        ({"data": ["451 try later"]}, "retry"),
        ({"data": ["554 refused"]}, "failed"),
        ({"data": ["421 closing"]}, "retry"),
        ({"data": ["drop"]}, "retry"),
    ],
)
def test_a_refusal_for_good_fails_and_any_other_trouble_may_pass(answers, outcome):
    assert handed(Mailbox(**answers)).outcome == outcome


def test_a_mail_goes_to_those_who_are_not_refused_and_says_so():
    mailbox = Mailbox(rcpt=["550 no such user", "250 OK"])
    told = handed(mailbox, to=("gone@example.org", "ana@example.org"))
    assert (told.outcome, told.reason) == ("sent", "1 of 2 addresses refused")
    assert mailbox.mails[0][1] == ("ana@example.org",)


def test_a_server_that_is_down_may_come_back():
    with smtp_server(Mailbox()) as port:
        pass
    assert channel(port).hand_over(MESSAGE).outcome == "retry"


@pytest.mark.parametrize(
    "address",
    [
        "ana",
        "ana@",
        "ana@example.org\r\nBcc: all@example.org",
        "a@b@c",
        "<a@b.org>, c@d.org",
        "ana b@c.org",
        "jörg@example.org",
    ],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(InputError):
        channel(25, to=(address,))


def test_a_domain_may_have_letters_of_any_language():
    mail = channel(25, to=("Åsa <asa@räksmörgås.example>",)).mail(MESSAGE)
    assert mail["To"].addresses[0].domain == "xn--rksmrgs-5wao1o.example"


def test_a_title_cannot_bring_a_header_of_its_own():
    title = "Sold out\r\nBcc: all@example.org"
    mail = channel(25).mail(Message("k", "alert", "", title, "Text"))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Sold out  Bcc: all@example.org"


def test_a_password_is_never_printed():
    made = Server("mail.example.org", user="ana", password=Secret("s3cret"))
    assert "s3cret" not in repr(made)
    with pytest.raises(InputError):
        Server("mail.example.org", user="ana")
