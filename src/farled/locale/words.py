"""The words of the field, as they stand in the interface of every language: a closed list."""

from typing import Final

from farled.locale.catalogs import N_, translator

WORDS: Final = (
    N_("customer"),
    N_("account"),
    N_("journey"),
    N_("journey map"),
    N_("phase"),
    N_("step"),
    N_("touchpoint"),
    N_("channel"),
    N_("event"),
    N_("session"),
    N_("path"),
    N_("segment"),
    N_("persona"),
    N_("question"),
    N_("answer"),
    N_("feedback"),
    N_("feeling"),
    N_("pain point"),
    N_("opportunity"),
    N_("moment of truth"),
    N_("key moment"),
    N_("milestone"),
    N_("finding"),
    N_("flow"),
    N_("run"),
    N_("conversion"),
    N_("conversion rate"),
    N_("buying journey"),
    N_("sales process"),
    N_("target group"),
    N_("lead"),
    N_("bottleneck"),
    N_("friction"),
    N_("friction point"),
    N_("drop-off"),
    N_("cart abandonment"),
    N_("hand-off"),
    N_("repeat purchase"),
    N_("retention"),
    N_("loyalty"),
    N_("brand ambassador"),
    N_("word of mouth"),
    N_("satisfaction"),
    N_("response time"),
    N_("funnel"),
    N_("roadmap"),
    N_("decision maker"),
    N_("influencer"),
    N_("assumed"),
    N_("measured"),
)


def glossary(language: str) -> dict[str, str]:
    """Return every word of the field with its translation.

    Example:
        >>> glossary("nb")["drop-off"]
        'frafall'
    """
    return {word: translator(language)(word) for word in WORDS}
