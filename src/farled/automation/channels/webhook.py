"""The channel that posts to an address of somebody's, signed."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import ClassVar

import httpx2

from farled.automation.channels.addresses import Allowed, RefusedAddressError
from farled.automation.channels.message import Handed, Message
from farled.automation.channels.transport import PinnedTransport
from farled.errors import InputError
from farled.state.secret import Secret

DONE_WITH_NOTE = (409, 422)
LATER = (408, 425, 429)
LONGEST_WAIT = 4 * 3600.0
"""Seconds: a receiver may not ask for more."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts messages as JSON.

    Attributes:
        name: Of the channel.
        url: To which it posts; may itself be a secret.
        secrets: That sign; two while one takes the place of the other.
        allowed: Private targets.
        plain_http: Whether ``http`` will do.
        clock: Seconds since 1970.
        transport: Sends; default: to judged and pinned addresses only.

    Raises:
        InputError: The address is of no kind that may be used.
    """

    kind: ClassVar[str] = "webhook"
    name: str
    url: Secret
    secrets: Sequence[Secret]
    allowed: Sequence[Allowed] = ()
    plain_http: bool = False
    clock: Callable[[], float] = field(default=time.time)
    transport: httpx2.BaseTransport | None = None

    def __post_init__(self) -> None:
        place = f"The address of the channel {self.name!r}"
        try:
            url = httpx2.URL(self.url.reveal())
        except httpx2.InvalidURL as error:
            raise InputError(f"{place} is none.", "Write https://HOST/PATH.") from error
        schemes = ("https", "http") if self.plain_http else ("https",)
        if url.scheme not in schemes or not url.host:
            hint = "Write https://HOST/PATH, or set plain_http: true for a network of your own."
            raise InputError(f"{place} begins with {url.scheme!r}.", hint)
        if url.userinfo:
            raise InputError(f"{place} holds a user or password.", "Let the receiver check the signature instead.")
        if not self.secrets:
            raise InputError(f"The channel {self.name!r} has nothing to sign with.", "Set secret: {env: NAME}.")

    def hand_over(self, message: Message) -> Handed:
        """Post a message once."""
        content = json.dumps(message.to_dict(), ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Farled",
            "Idempotency-Key": message.key,
            "Farled-Signature": signature(content, self.secrets, int(self.clock())),
        }
        transport = self.transport or PinnedTransport(self.allowed)
        try:
            with httpx2.Client(transport=transport, follow_redirects=False, trust_env=False) as client:
                answer = client.post(self.url.reveal(), content=content, headers=headers)
        except RefusedAddressError as error:
            return Handed("failed", error.message)
        except httpx2.TransportError as error:
            return Handed("retry", f"not reached: {error}")
        return judged(answer.status_code, answer.headers.get("retry-after"), self.clock())


def judged(status: int, retry_after: str | None, now: float) -> Handed:
    """Return what an answer means.

    Args:
        status: Of HTTP.
        retry_after: The header, seconds or a date.
        now: Seconds since 1970.

    >>> judged(204, None, 0).outcome, judged(429, "30", 0), judged(302, None, 0).outcome
    ('sent', Handed(outcome='retry', reason='answered 429', after=30.0), 'failed')
    """
    told = f"answered {status}"
    if 200 <= status < 300:
        return Handed("sent")
    if status in DONE_WITH_NOTE:
        return Handed("sent", told)
    if status in LATER or status >= 500:
        return Handed("retry", told, _wait(retry_after, now))
    return Handed("failed", told)


def _wait(header: str | None, now: float) -> float | None:
    if header is None:
        return None
    try:
        seconds = float(header) if header.strip().isdigit() else parsedate_to_datetime(header).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def signature(content: bytes, secrets: Sequence[Secret], now: int) -> str:
    """Return the header by which a receiver knows that a body is ours, and how old it is.

    Args:
        content: The body, as sent.
        secrets: Each signs.
        now: Seconds since 1970.

    >>> signature(b"{}", [Secret("key")], 60)
    't=60,v1=2c2239d65b61c18c05212508ec2dbd590820bf7232189661e61d28f5051cc89f'
    """
    signed = str(now).encode() + b"." + content
    signatures = [hmac.new(secret.reveal().encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={now}", *(f"v1={each}" for each in signatures)])


def is_signed(header: str, content: bytes, secret: Secret, now: float, oldest: float = 300) -> bool:
    """Return whether a receiver should believe a body: signed by the secret, not more than five minutes ago."""
    parts = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t" and value.isdigit()]
    if len(times) != 1 or abs(now - int(times[0])) > oldest:
        return False
    wanted = signature(content, [secret], int(times[0])).partition("v1=")[2]
    return any(hmac.compare_digest(value, wanted) for name, _, value in parts if name == "v1")
