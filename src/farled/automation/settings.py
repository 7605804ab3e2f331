"""What ``alerts:`` in ``farled.yaml`` says, and the channels that it describes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, ValidationError

from farled.automation.channels.console import Console
from farled.automation.channels.limits import Limits
from farled.automation.channels.message import Channel
from farled.automation.kpis import Band
from farled.errors import FarledError, InputError, NotFoundError
from farled.spans import DAY, microseconds
from farled.state.secret import Secret, secret

if TYPE_CHECKING:  # a workspace without webhooks must not pay for them
    from farled.automation.channels.addresses import Allowed

Kept = Mapping[str, str]
"""Where a secret stands: ``{env: NAME}`` or ``{file: PATH}``."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConsoleSettings(_Part):
    """Prints in the terminal of ``farled monitor``."""

    kind: Literal["console"]
    language: Literal["sv", "nb", "da", "en"] | None = None


class MailSettings(_Part):
    """Sends mail.

    Attributes:
        host: Of the mail server.
        port: 587, or 465 with ``tls: implicit``, unless said.
        tls: ``starttls`` (default), ``implicit``, or ``none`` for a server on this computer.
        user: Who signs in.
        password: Where it stands.
        sender: Written ``from``.
        to: Addresses.
        language: Of what is written; default: the workspace's.
    """

    kind: Literal["mail"]
    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    user: str | None = None
    password: Any = None
    sender: str = Field(alias="from")
    to: tuple[str, ...] | str
    language: Literal["sv", "nb", "da", "en"] | None = None


class WebhookSettings(_Part):
    """Posts to an address.

    Attributes:
        url: ``https://…``, or where it stands.
        secret: Where the secret stands that signs.
        new_secret: Where the next one stands, while the receiver changes over.
        plain_http: Whether ``http`` will do.
        language: Of what is written; default: the workspace's.
    """

    kind: Literal["webhook"]
    url: str | Kept
    secret: Any
    new_secret: Any = None
    plain_http: bool = False
    language: Literal["sv", "nb", "da", "en"] | None = None


class BandSettings(_Part):
    """Where a KPI should be."""

    min: float | None = None
    max: float | None = None


class TargetSettings(_Part):
    """A target inside the own network that webhooks may reach."""

    host: str
    network: str


class LimitSettings(_Part):
    """How many messages may go."""

    messages: int = Field(default=10, ge=1)
    within: str = "1h"
    about_one: int = Field(default=4, ge=1)
    about_one_within: str = "1d"


AnyChannel = Annotated[ConsoleSettings | MailSettings | WebhookSettings, Discriminator("kind")]


class AlertSettings(_Part):
    """What ``alerts:`` says.

    Attributes:
        window: Over which a KPI is measured; longer for one that needs customers followed for a span.
        false_alarms: Chance that a KPI at its target raises an alert within a year.
        kpis: Metrics to look at; default: those of phases, goal and guards.
        bands: Where a KPI should be, instead of the target on the map: ``{csat_all: {min: 0.7}}``.
        drift: Whether the ways of customers are looked at too.
        channels: By name.
        tell: Channels to tell; default: all.
        limits: How many messages may go.
        private_targets: Inside the own network, that webhooks may reach.
    """

    window: str = "28d"
    false_alarms: float = Field(default=0.05, gt=0, lt=0.5)
    kpis: tuple[str, ...] | None = None
    bands: Mapping[str, BandSettings] = Field(default_factory=dict)
    drift: bool = True
    channels: Mapping[str, AnyChannel] = Field(default_factory=dict)
    tell: tuple[str, ...] | None = None
    limits: LimitSettings = LimitSettings()
    private_targets: tuple[TargetSettings, ...] = ()

    @property
    def days(self) -> int:
        """Length of the window."""
        return microseconds(self.window) // DAY

    @property
    def sending_limits(self) -> Limits:
        """How many messages may go, in microseconds."""
        given = self.limits
        spans = microseconds(given.within), microseconds(given.about_one_within)
        return Limits(given.messages, spans[0], given.about_one, spans[1])

    def band_of(self) -> dict[str, Band]:
        """Bands by metric."""
        return {name: Band(band.min, band.max) for name, band in self.bands.items()}

    def language_of(self, channel: str, default: str) -> str:
        """Language of what a channel is told."""
        found = self.channels.get(channel)
        return (found.language if found is not None else None) or default


def settings_of(found: Mapping[str, Any]) -> AlertSettings:
    """Read ``alerts:``.

    Raises:
        InputError: A setting is unknown, or has a value that it cannot have; secrets are not repeated.
        NotFoundError: ``tell`` names no channel.
    """
    try:
        settings = AlertSettings.model_validate(dict(found))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(["alerts", *(str(part) for part in first["loc"])])
        raise InputError(f"{place}: {first['msg']}.", "Correct the setting in farled.yaml.") from None
    if settings.days < 7:
        raise InputError(f"alerts.window is {settings.window!r}.", "Use at least 7d: shorter windows know too little.")
    for name in settings.tell or ():
        if name not in settings.channels:
            raise NotFoundError.named("channel", name, settings.channels)
    settings.band_of()
    _ = settings.sending_limits
    return settings


def channels_of(
    settings: AlertSettings, folder: Path, say: Callable[[str], object], environment: Mapping[str, str] | None = None
) -> list[Channel]:
    """Return the channels to tell; the console alone where none is described.

    Args:
        settings: Of alerts.
        folder: Of the workspace, from which files of secrets count.
        say: Prints a text, for the console.
        environment: Where secrets may stand; default: of the process.

    Raises:
        InputError: A channel cannot be used as it is described.
        NotFoundError: A secret is not where it should stand.
    """
    if not settings.channels:
        return [Console(say=say)]
    keys = _Keys(folder, environment)
    names = settings.tell if settings.tell is not None else tuple(settings.channels)
    return [_channel(name, settings, keys, say) for name in names]


class _Keys:
    """Reads secrets of channels."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None) -> None:
        self._folder = folder
        self._environment = environment

    def read(self, named: object, *place: str) -> Secret:
        return secret(named, ".".join(("alerts", "channels", *place)), self._folder, self._environment)


def _channel(name: str, settings: AlertSettings, keys: _Keys, say: Callable[[str], object]) -> Channel:
    given = settings.channels[name]
    if isinstance(given, ConsoleSettings):
        return Console(name, say)
    try:
        return _mail(name, given, keys) if isinstance(given, MailSettings) else _webhook(name, given, settings, keys)
    except FarledError as error:
        raise type(error)(f"alerts.channels.{name}: {error.message}", error.hint) from error


def _mail(name: str, given: MailSettings, keys: _Keys) -> Channel:
    from farled.automation.channels.mail import Mail, Server  # noqa: PLC0415  only those who send mail pay for it

    port = given.port or (465 if given.tls == "implicit" else 587)
    password = None if given.password is None else keys.read(given.password, name, "password")
    to = (given.to,) if isinstance(given.to, str) else given.to
    return Mail(name, Server(given.host, port, given.tls, given.user, password), given.sender, to)


def _webhook(name: str, given: WebhookSettings, settings: AlertSettings, keys: _Keys) -> Channel:
    from farled.automation.channels.webhook import Webhook  # noqa: PLC0415  only those who post pay for HTTP

    named = [("secret", given.secret), ("new_secret", given.new_secret)]
    secrets = [keys.read(where, name, field) for field, where in named if where is not None]
    url = Secret(given.url) if isinstance(given.url, str) else keys.read(given.url, name, "url")
    return Webhook(name, url, secrets, _allowed(settings), given.plain_http)


def _allowed(settings: AlertSettings) -> "list[Allowed]":
    from farled.automation.channels.addresses import Allowed  # noqa: PLC0415  as above

    return [Allowed.of(target.host, target.network) for target in settings.private_targets]
