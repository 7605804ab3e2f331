"""The levers: what can be done about a journey, where it helps, and which metric shows whether it did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from farled.errors import NotFoundError
from farled.locale import N_, translator
from farled.maps.touchpoint import AxisPart

_ALL: tuple[AxisPart, ...] = ("notice", "explore", "weigh", "buy", "use", "return")


@dataclass(frozen=True, slots=True)
class Lever:
    """Something that can be done.

    Attributes:
        id: ``L01`` to ``L24``; an opportunity names it.
        name: What it is, in English; to be translated.
        how: How one begins, in English; to be translated.
        parts: Parts of the common axis on which it helps.
        rules: Rules of the audit that it answers to.
        kinds: Kinds of metric that show whether it worked.
        rows: Requirements that it meets.
    """

    id: str
    name: str
    how: str
    parts: tuple[AxisPart, ...]
    rules: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[str, ...]

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the lever as plain values, its texts in a language.

        Raises:
            NotFoundError: Farled does not speak the language.
        """
        told = translator(language)
        return {
            "id": self.id,
            "name": told(self.name),
            "how": told(self.how),
            "parts": list(self.parts),
            "rules": list(self.rules),
            "metrics": list(self.kinds),
            "requirements": list(self.rows),
        }


def lever(id_: str) -> Lever:
    """Return a lever.

    Raises:
        NotFoundError: There is none of that id.

    Example:
        >>> lever("L07").name
        'Make the purchase simple'
    """
    if id_ not in LEVERS:
        raise NotFoundError.named("lever", id_, LEVERS)
    return LEVERS[id_]


def levers_for(rules: Iterable[str] = (), parts: Iterable[str] = (), market: str = "b2c") -> tuple[Lever, ...]:
    """Return the levers that answer to rules on parts of the axis, the most fitting first.

    Args:
        rules: Of the audit; none: any.
        parts: Of the common axis; none: any.
        market: ``b2b`` also has the levers for organisations.

    Returns:
        Levers that answer to more of the rules come first, among these those that help on fewer parts: they say more.

    Example:
        >>> [found.id for found in levers_for(["F01"], ["buy"])]
        ['L07', 'L09', 'L13']
    """
    wanted, places = set(rules), set(parts)
    found = [
        each
        for each in LEVERS.values()
        if (not wanted or wanted & set(each.rules))
        and (not places or places & set(each.parts))
        and (market == "b2b" or each.id != "L24")
    ]
    return tuple(sorted(found, key=lambda each: (-len(wanted & set(each.rules)), len(each.parts), each.id)))


_LEVERS: tuple[Lever, ...] = (
    Lever(
        "L01",
        N_("Make it easy to find what customers look for"),
        N_("Search as your customers do, and put right what they do not find within a few seconds."),
        ("explore", "weigh"), ("F05", "S02"), ("step_completion", "loops"), ("R167",),
    ),
    Lever(
        "L02",
        N_("Give useful tips and instructions on the way"),
        N_("Write the one tip that helps most at each step where customers pause or try again."),
        ("weigh", "use"), ("F02", "F03", "E02"), ("step_completion", "feeling"), ("R168",),
    ),
    Lever(
        "L03",
        N_("Keep customers informed on how the order proceeds"),
        N_("Send a message at every change, and one before the customer has to ask."),
        ("use",), ("A02", "V03", "A06"), ("share", "topic"), ("R169",),
    ),
    Lever(
        "L04",
        N_("See that the product meets expectations"),
        N_("Show size, colour and use as they are, and promise only what is kept."),
        ("use",), ("A05", "A06", "E02"), ("share", "csat"), ("R170",),
    ),
    Lever(
        "L05",
        N_("Speak to each customer personally"),
        N_("Let what you already know decide what is said, and leave out what does not concern them."),
        _ALL, ("C01", "C03"), ("onward", "feeling"), ("R171", "R016"),
    ),
    Lever(
        "L06",
        N_("Answer fast"),
        N_("Set a time for the first answer in each channel, staff for it, and measure it at weekends too."),
        _ALL, ("V01", "V02"), ("median_time", "within_time"), ("R171", "R103"),
    ),
    Lever(
        "L07",
        N_("Make the purchase simple"),
        N_("Take one field, one step or one surprise out of the purchase at a time."),
        ("buy",), ("F01", "F03", "F04"), ("step_completion",), ("R171", "R175"),
    ),
    Lever(
        "L08",
        N_("Become known through advertising, search and content that shows how the product solves the problem"),
        N_("Begin with the words customers use for their problem, not with the name of the product."),
        ("notice",), ("S04", "O03"), ("channel_effect", "conversion"), ("R172", "R050"),
    ),
    Lever(
        "L09",
        N_("Give the information that decides: specifications, prices, delivery, guarantees"),
        N_("Put price, delivery day and terms where customers compare, not at the end."),
        ("explore", "weigh", "buy"), ("F01", "E05"), ("step_completion", "feeling"), ("R173", "R056"),
    ),
    Lever(
        "L10",
        N_("Earn trust: be genuine, show reviews and cases, say clearly how you differ"),
        N_("Let customers speak, the critical ones too, and answer them in the open."),
        ("weigh",), ("F01", "E02"), ("step_completion",), ("R174", "R053"),
    ),
    Lever(
        "L11",
        N_("Offer safe payment and clear delivery terms before the checkout"),
        N_("Name the ways to pay and the whole price on the product page."),
        ("buy",), ("F04",), ("step_completion",), ("R056",),
    ),
    Lever(
        "L12",
        N_("Give good customer service"),
        N_("Let the one who answers also decide, and follow the case until the customer says it is solved."),
        ("use",), ("V01", "V02", "E02"), ("csat", "ces", "median_time"), ("R177",),
    ),
    Lever(
        "L13",
        N_("Remove the friction at the step where customers fall away"),
        N_("Watch ten journeys that ended there, and remove what they have in common."),
        _ALL, ("F01", "F03", "F04", "S06"), ("step_completion",), ("R178", "R102"),
    ),
    Lever(
        "L14",
        N_("Send help after the purchase: how to use it, the right of return, support, training"),
        N_("Time it to when the product arrives, and write it for the one who has just opened the box."),
        ("use",), ("A01", "A05"), ("share", "feeling"), ("R179",),
    ),
    Lever(
        "L15",
        N_("Ask for feedback after the purchase and act on it"),
        N_("Ask one question close to the moment, and tell those who answered what came of it."),
        ("use", "return"), ("A03", "E03"), ("response", "nps"), ("R122", "R118"),
    ),
    Lever(
        "L16",
        N_("Reward loyalty: a programme, exclusive offers, regular contact"),
        N_("Give something from the second purchase on that a newcomer does not get."),
        ("return",), ("A04", "A07"), ("repeat", "retention"), ("R180",),
    ),
    Lever(
        "L17",
        N_("Follow up after the purchase: reminders, extra products"),
        N_("Write when what they bought is used up, outgrown or in season again."),
        ("return",), ("A01", "A04"), ("repeat",), ("R176", "R188"),
    ),
    Lever(
        "L18",
        N_("Fit messages and offers to each persona"),
        N_("Write the message once per persona, and compare how each goes on."),
        _ALL, ("C01", "P03"), ("onward",), ("R181", "R082"),
    ),
    Lever(
        "L19",
        N_("Act when interest is highest"),
        N_("Find the event that comes just before a purchase, and follow up within the hour."),
        ("weigh", "buy"), ("C03", "S06"), ("step_completion",), ("R187",),
    ),
    Lever(
        "L20",
        N_("Plan what comes when, and that it is there at the right time"),
        N_("Draw up the roadmap with those on both sides of every hand-over."),
        _ALL, ("O02", "C02"), ("step_completion", "handoff"), ("R182",),
    ),
    Lever(
        "L21",
        N_("Align channels and messages, and pass the customer on without a gap"),
        N_("Let the next channel know what the last one promised."),
        _ALL, ("O02", "C02"), ("step_completion", "channel_effect"), ("R070", "R071", "R028"),
    ),
    Lever(
        "L22",
        N_("Let a chatbot or an automated answer help round the clock"),
        N_("Begin with the three most common questions, and hand over to a person at the fourth."),
        ("explore", "use"), ("V01",), ("median_time", "within_time"), ("R185",),
    ),
    Lever(
        "L23",
        N_("Recommend products from earlier purchases and behaviour"),
        N_("Recommend what goes with what they own, not the same thing again."),
        ("weigh", "return"), ("C01",), ("repeat", "value"), ("R185",),
    ),
    Lever(
        "L24",
        N_("Fit messages and offers to each decision maker and influencer"),
        N_("Ask who decides, who influences, who pays and who uses, and give each what they need."),
        ("weigh", "buy"), ("P08",), ("conversion", "median_time"), ("R196",),
    ),
)  # fmt: skip
LEVERS: Mapping[str, Lever] = MappingProxyType({each.id: each for each in _LEVERS})
