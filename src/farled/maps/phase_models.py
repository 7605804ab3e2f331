"""The phase models that maps may begin as: ids, names in four languages, and the parts of the common axis."""

from collections.abc import Mapping
from typing import NamedTuple

from farled.maps.touchpoint import AxisPart

LANGUAGES = ("sv", "nb", "da", "en")


class ModelPhase(NamedTuple):
    """A phase of a model.

    Attributes:
        id: Stays when the phase is renamed.
        covers: Parts of the common axis.
        names: Swedish, Norwegian, Danish, English.
    """

    id: str
    covers: tuple[AxisPart, ...]
    names: tuple[str, str, str, str]

    def name(self, language: str) -> str:
        """Return the name in a language, English where the language is not shipped."""
        return self.names[LANGUAGES.index(language) if language in LANGUAGES else -1]


_LOYALTY5 = (
    ModelPhase("awareness", ("notice",), ("Medvetenhet", "Bevissthet", "Bevidsthed", "Awareness")),
    ModelPhase("consideration", ("explore", "weigh"), ("Övervägande", "Vurdering", "Overvejelse", "Consideration")),
    ModelPhase("purchase", ("buy",), ("Köp", "Kjøp", "Køb", "Purchase")),
    ModelPhase("post_purchase", ("use",), ("Efterköp", "Etterkjøp", "Efterkøb", "Post-purchase")),
    ModelPhase("loyalty", ("return",), ("Lojalitet", "Lojalitet", "Loyalitet", "Loyalty")),
)
MODELS: Mapping[str, tuple[ModelPhase, ...]] = {
    "loyalty5": _LOYALTY5,
    "ecommerce5": _LOYALTY5,
    "research5": (
        ModelPhase("awareness", ("notice",), ("Medvetenhet", "Bevissthet", "Bevidsthed", "Awareness")),
        ModelPhase("research", ("explore",), ("Forskning", "Undersøkelse", "Undersøgelse", "Research")),
        ModelPhase("consideration", ("weigh",), ("Övervägande", "Vurdering", "Overvejelse", "Consideration")),
        ModelPhase("decision", ("buy",), ("Beslut", "Beslutning", "Beslutning", "Decision")),
        ModelPhase("post_purchase", ("use", "return"), ("Efterköp", "Etterkjøp", "Efterkøb", "Post-purchase")),
    ),
    "inbound5": (
        ModelPhase("attract", ("notice",), ("Attrahera", "Tiltrekke", "Tiltrekke", "Attract")),
        ModelPhase("interest", ("explore",), ("Intressera", "Interessere", "Interessere", "Interest")),
        ModelPhase("convert", ("weigh",), ("Konvertera", "Konvertere", "Konvertere", "Convert")),
        ModelPhase("close", ("buy",), ("Avsluta", "Avslutte", "Afslutte", "Close")),
        ModelPhase("delight", ("use", "return"), ("Glädja", "Begeistre", "Begejstre", "Delight")),
    ),
    "coarse3": (
        ModelPhase(
            "first_contact",
            ("notice", "explore", "weigh"),
            ("Första kontakt", "Første kontakt", "Første kontakt", "First contact"),
        ),
        ModelPhase("purchase", ("buy",), ("Köp", "Kjøp", "Køb", "Purchase")),
        ModelPhase("retention", ("use", "return"), ("Behålla", "Beholde", "Fastholdelse", "Retention")),
    ),
    "cycle4": (
        ModelPhase(
            "first_contact",
            ("notice", "explore"),
            ("Första kontakt", "Første kontakt", "Første kontakt", "First contact"),
        ),
        ModelPhase("registration", ("weigh",), ("Registrering", "Registrering", "Registrering", "Registration")),
        ModelPhase("activation", ("buy",), ("Aktivering", "Aktivering", "Aktivering", "Activation")),
        ModelPhase("end_result", ("use", "return"), ("Slutresultat", "Sluttresultat", "Slutresultat", "End result")),
    ),
    "restaurant5": (
        ModelPhase("discover", ("notice",), ("Upptäcka", "Oppdage", "Opdage", "Discover")),
        ModelPhase("choose", ("explore", "weigh"), ("Välja", "Velge", "Vælge", "Choose")),
        ModelPhase("book", ("buy",), ("Boka bord", "Bestille bord", "Bestille bord", "Book a table")),
        ModelPhase("dine", ("use",), ("Besöka", "Besøke", "Besøge", "Dine")),
        ModelPhase("return", ("return",), ("Komma tillbaka", "Komme tilbake", "Komme igen", "Return")),
    ),
    "saas5": (
        ModelPhase("awareness", ("notice", "explore"), ("Medvetenhet", "Bevissthet", "Bevidsthed", "Awareness")),
        ModelPhase("trial", ("weigh",), ("Provperiod", "Prøveperiode", "Prøveperiode", "Trial")),
        ModelPhase("activation", ("buy",), ("Aktivering", "Aktivering", "Aktivering", "Activation")),
        ModelPhase("use", ("use",), ("Användning", "Bruk", "Brug", "Use")),
        ModelPhase("renewal", ("return",), ("Förnyelse", "Fornyelse", "Fornyelse", "Renewal")),
    ),
    "b2b6": (
        ModelPhase("need", ("notice",), ("Behov", "Behov", "Behov", "Need")),
        ModelPhase("research", ("explore",), ("Undersökning", "Undersøkelse", "Undersøgelse", "Research")),
        ModelPhase("evaluation", ("weigh",), ("Utvärdering", "Evaluering", "Evaluering", "Evaluation")),
        ModelPhase("decision", ("buy",), ("Beslut", "Beslutning", "Beslutning", "Decision")),
        ModelPhase("onboarding", ("use",), ("Införande", "Innføring", "Indføring", "Onboarding")),
        ModelPhase("partnership", ("return",), ("Partnerskap", "Partnerskap", "Partnerskab", "Partnership")),
    ),
}
