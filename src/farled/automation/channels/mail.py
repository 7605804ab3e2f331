"""The channel that sends mail over SMTP, with TLS unless the server is on this computer."""

import ipaddress
import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import formatdate
from typing import ClassVar, Literal

from farled.automation.channels.message import Handed, Message, require_one_line
from farled.errors import InputError
from farled.state.secret import Secret

STEP = 10.0
"""Seconds for each step of the conversation."""
LATEST_DATA = 40.0
"""Seconds after which the text is not handed over any more: the lease of the message must outlast the rest."""
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\]+@[^\s@<>\"(),:;\[\]\\]+")
Tls = Literal["starttls", "implicit", "none"]


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server.

    Attributes:
        host: Name or address.
        port: 587 by default; 465 with implicit TLS.
        tls: ``starttls``: required; ``implicit``: from the first byte; ``none``: only for this computer.
        user: Who sends; None: nobody signs in.
        password: Of the user.
        context: Of TLS; default: the system's certificates.

    Raises:
        InputError: The server is another computer, and nothing would be encrypted, or the user has no password.
    """

    host: str
    port: int = 587
    tls: Tls = "starttls"
    user: str | None = None
    password: Secret | None = None
    context: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        if self.tls == "none" and not _is_loopback(self.host):
            raise InputError(f"Mail to {self.host} would not be encrypted.", "Use tls: starttls or tls: implicit.")
        if (self.user is None) != (self.password is None):
            raise InputError(f"The mail server {self.host} has a user or a password only.", "Give both, or none.")


@dataclass(frozen=True, slots=True)
class Mail:
    """Sends messages as plain text, one mail to all who are to read it.

    Attributes:
        name: Of the channel.
        server: Through which.
        sender: Address, with or without a name: ``Farled <farled@example.org>``.
        to: Addresses.
        clock: Seconds since 1970.

    Raises:
        InputError: An address is none, or the server may not be used.
    """

    kind: ClassVar[str] = "mail"
    name: str
    server: Server
    sender: str
    to: Sequence[str]
    clock: Callable[[], float] = field(default=time.time)

    def __post_init__(self) -> None:
        for text in (self.sender, *self.to):
            _address(text)
        if not self.to:
            raise InputError(f"The channel {self.name!r} has nobody to write to.", "Set to: [ADDRESS].")

    def hand_over(self, message: Message) -> Handed:
        """Hand one mail over; a refusal for good is ``failed``, everything else may work later."""
        mail = self.mail(message)
        begun = time.monotonic()
        try:
            with _conversation(self.server) as smtp:
                return self._told(smtp, mail, begun)
        except smtplib.SMTPResponseException as error:
            return _judged(error.smtp_code, _plain(error.smtp_error))
        except (smtplib.SMTPException, ssl.SSLError) as error:
            return Handed("retry", f"{self.server.host}: {error}")
        except OSError as error:
            return Handed("retry", f"{self.server.host} cannot be reached: {error}")

    def _told(self, smtp: smtplib.SMTP, mail: EmailMessage, begun: float) -> Handed:
        sender = _address(self.sender).addr_spec
        code, answer = smtp.mail(sender)
        if code != 250:
            return _judged(code, _plain(answer))
        refused = []
        for text in self.to:
            code, answer = smtp.rcpt(_address(text).addr_spec)
            if code not in (250, 251):
                refused.append(_judged(code, _plain(answer)))
        if len(refused) == len(self.to):
            return next((each for each in refused if each.outcome == "retry"), refused[0])
        if time.monotonic() - begun > LATEST_DATA:
            return Handed("retry", f"{self.server.host} is too slow")
        code, answer = smtp.data(mail.as_bytes(policy=POLICY))
        if code != 250:
            return _judged(code, _plain(answer))
        return Handed("sent", f"{len(refused)} of {len(self.to)} addresses refused" if refused else "")

    def mail(self, message: Message) -> EmailMessage:
        """Return a message as mail: its id comes from its key, so that copies of it can be known."""
        sender = _address(self.sender)
        mail = EmailMessage(policy=POLICY)
        mail["From"] = sender
        mail["To"] = [_address(text) for text in self.to]
        mail["Subject"] = require_one_line(message.title, "The title")
        mail["Date"] = formatdate(self.clock())
        mail["Message-ID"] = f"<{message.key}@{sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["Feedback-ID"] = f"{message.kind}:farled"
        mail.set_content(f"{message.text.rstrip()}\n", cte="quoted-printable")
        return mail


@contextmanager
def _conversation(server: Server) -> Iterator[smtplib.SMTP]:
    """Open a connection that may be used, and close it at the end, whatever happened."""
    context = server.context or ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.tls == "implicit":
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=STEP, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=STEP)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.tls == "starttls" and not (_is_loopback(server.host) and not smtp.has_extn("starttls")):
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.user is not None and server.password is not None:
            smtp.login(server.user, server.password.reveal())
        yield smtp
        _quit(smtp)
    finally:
        smtp.close()


def _quit(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):  # the mail is handed over already: how they part changes nothing
        return


def _judged(code: int, answer: str) -> Handed:
    """Return what a refusal means: 5xx is for good."""
    return Handed("failed" if 500 <= code < 600 else "retry", f"answered {code} {answer}"[:300])


def _plain(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _address(text: str) -> Address:
    """Read ``a@b.org`` or ``Name <a@b.org>``."""
    require_one_line(text, "An address")
    name, _, rest = text.rpartition("<") if text.endswith(">") else ("", "", f"{text}>")
    spec = rest.removesuffix(">").strip()
    if not _ADDRESS.fullmatch(spec):
        raise InputError(f"{text!r} is no mail address.", "Write name@example.org, or Name <name@example.org>.")
    local, _, domain = spec.rpartition("@")
    try:
        local.encode("ascii")
        return Address(name.strip().strip('"'), local, domain.encode("idna").decode())
    except (UnicodeError, MessageError, ValueError, IndexError) as error:
        hint = "Write the part before the @ in plain letters, digits and signs."
        raise InputError(f"{text!r} is no mail address that every server takes.", hint) from error
