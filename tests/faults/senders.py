"""Processes that send what waits in an outbox, and die."""

import datetime as dt

from faults.processes import die_at

from farled.automation.alerts import Audience, Look, Measurement, record
from farled.automation.channels import outbox
from farled.automation.channels.addresses import Allowed
from farled.automation.channels.limits import Limits
from farled.automation.channels.mail import Mail, Server
from farled.automation.channels.sending import Sender
from farled.automation.channels.webhook import Webhook
from farled.automation.kpis import Band, Kpi
from farled.automation.wording import Said
from farled.state.database import Database
from farled.state.secret import Secret

SENDING = "farled.automation.channels.sending"
POINTS = {
    "hook": "farled.automation.channels.webhook:Webhook.hand_over",
    "mail": "farled.automation.channels.mail:Mail.hand_over",
}
FREE = Limits(messages=10**6, about_messages=10**6)
TURNS = {"claiming": f"{SENDING}:claim", "marking": f"{SENDING}:mark"}


def channel_of(kind, port):
    if kind == "mail":
        return Mail("out", Server("127.0.0.1", port, "none"), "farled@example.org", ["ana@example.org"])
    allowed = (Allowed.of("127.0.0.1", "127.0.0.0/8"),)
    return Webhook("out", Secret(f"http://127.0.0.1:{port}/"), [Secret("key")], allowed, plain_http=True)


def deliver(url, kind, port, at, point=None):
    """Send what is due at a time, but die before or after a call."""
    if point is not None:
        die_at(point)
    Sender(Database(url), [channel_of(kind, port)], FREE, lambda: at).deliver()


class Silent:
    """Writes nothing."""

    def __init__(self, language):
        self.language = language

    def off_target(self, *_):
        return Said("off", "")


def look(url):
    """Write down a look at a KPI that is off its target."""
    end = dt.date(2026, 6, 1)
    number = {"value": 0.5, "low": 0.45, "high": 0.55, "n": 400, "unit": "share"}
    kpi = Kpi("csat", "CSAT", "share", Band(low=0.9), 28)
    measured = [Measurement(kpi, number, end - dt.timedelta(days=28), end)]
    record(Database(url), Look("shop", "hash", 1, end, 1, measured), Audience({"ops": "en"}, Silent))


def deliver_marked_first(url, port):
    outbox.SENDING = "sent"
    deliver(url, "hook", port, 0, f"before:{POINTS['hook']}:1")
