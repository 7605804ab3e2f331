"""The built-in channels: icon and name in four languages."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Side = Literal["own", "shared", "foreign", "paid"]


class BuiltInChannel(NamedTuple):
    """A channel that every map knows.

    Attributes:
        name: In the language asked for.
        icon: Name of a Lucide icon.
        side: Whose it is: the firm's own, shared, somebody else's, or paid for.
    """

    name: str
    icon: str
    side: Side


_COLUMNS = ("sv", "nb", "da", "en")
_CHANNELS: Mapping[str, tuple[str, Side, str, str, str, str]] = {
    "web": ("globe", "own", "Webbplats", "Nettsted", "Website", "Web site"),
    "webshop": ("shopping-cart", "own", "Webbshop", "Nettbutikk", "Webshop", "Web shop"),
    "app": ("smartphone", "own", "App", "App", "App", "App"),
    "store": ("store", "own", "Butik", "Butikk", "Butik", "Store"),
    "email": ("mail", "own", "E-post", "E-post", "E-mail", "E-mail"),
    "support": ("headset", "own", "Kundtjänst", "Kundeservice", "Kundeservice", "Customer service"),
    "phone": ("phone", "own", "Telefon", "Telefon", "Telefon", "Phone"),
    "chat": ("message-circle", "own", "Chatt", "Chat", "Chat", "Chat"),
    "chatbot": ("bot", "own", "Chattbot", "Chatbot", "Chatbot", "Chatbot"),
    "sales": ("handshake", "own", "Säljare", "Selger", "Sælger", "Salesperson"),
    "event": ("calendar", "own", "Evenemang", "Arrangement", "Arrangement", "Event"),
    "survey": ("clipboard-list", "own", "Enkät", "Spørreundersøkelse", "Spørgeskema", "Survey"),
    "content": ("book-open", "own", "Innehåll", "Innhold", "Indhold", "Content"),
    "blog": ("newspaper", "own", "Blogg", "Blogg", "Blog", "Blog"),
    "download": ("download", "own", "Nedladdning", "Nedlasting", "Download", "Download"),
    "social": ("share-2", "shared", "Sociala medier", "Sosiale medier", "Sociale medier", "Social media"),
    "video": ("video", "shared", "Video", "Video", "Video", "Video"),
    "influencer": ("megaphone", "shared", "Influerare", "Influenser", "Influencer", "Influencer"),
    "search": ("search", "foreign", "Sök", "Søk", "Søgning", "Search"),
    "ads": ("badge-dollar-sign", "paid", "Annonser", "Annonser", "Annoncer", "Ads"),
    "reviews": ("star", "foreign", "Recensioner", "Anmeldelser", "Anmeldelser", "Reviews"),
    "referral": ("users", "foreign", "Rekommendation", "Anbefaling", "Anbefaling", "Referral"),
    "delivery": ("truck", "own", "Leverans", "Levering", "Levering", "Delivery"),
    "unknown": ("circle-help", "shared", "Okänd kanal", "Ukjent kanal", "Ukendt kanal", "Unknown channel"),
}
BUILT_IN: tuple[str, ...] = tuple(_CHANNELS)


def built_in(channel: str, language: str = "en") -> BuiltInChannel | None:
    """Return a built-in channel in a language, English where the language is not shipped; ``None`` if there is none.

    >>> built_in("store", "nb")
    BuiltInChannel(name='Butikk', icon='store', side='own')
    """
    found = _CHANNELS.get(channel)
    if found is None:
        return None
    icon, side, *names = found
    return BuiltInChannel(names[_COLUMNS.index(language) if language in _COLUMNS else -1], icon, side)
