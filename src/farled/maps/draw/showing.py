"""What a picture shows beside the map and its numbers: which rows, which findings, whose journey, against what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from farled.errors import InputError, NotFoundError
from farled.locale import N_

if TYPE_CHECKING:  # a picture without a journey needs no kernels
    from farled.maps.walk import Walk

ROWS: Final[Mapping[str, str]] = {
    "personas": N_("Personas"),
    "here_now": N_("Here now"),
    "drop_off": N_("Drop-off"),
    "question": N_("Guiding question"),
    "goal": N_("Customer goal"),
    "does": N_("Does"),
    "thinks": N_("Thinks"),
    "expects": N_("Expects"),
    "challenges": N_("Challenges"),
    "supports": N_("What we do"),
    "solutions": N_("Solutions"),
    "examples": N_("Examples"),
    "lanes": N_("Channels"),
    "blueprint": N_("Service blueprint"),
    "unmapped": N_("Not on the map"),
    "feeling": N_("Feeling"),
    "pain_points": N_("Pain points"),
    "opportunities": N_("Opportunities"),
    "key_figures": N_("Key figures"),
    "per_persona": N_("Per persona"),
    "legend": N_("Legend"),
}
"""The rows that may be hidden, from top to bottom, and what they are called."""

QUIET: Final = frozenset({"question", "challenges", "solutions", "examples"})
USUAL: Final = frozenset(ROWS) - QUIET
WALKED: Final = USUAL - {"personas", "here_now", "drop_off", "key_figures", "per_persona", "blueprint"}

Felt = Literal["both", "claimed", "measured", "difference"]
"""Which feeling is drawn: the claimed, the measured, both, or what lies between them."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What a picture shows beside the map and its numbers.

    Attributes:
        rows: Which rows are drawn, of ``ROWS``; default: all but the quiet ones.
        findings: Findings of the audit, each with ``fingerprint``, ``rule``, ``objects``, ``severity`` (E, W or I),
            ``state``, ``text`` and ``cure``. Those dismissed or solved are not drawn.
        walk: The journey of one customer, or the typical one, drawn as numbered stops instead of the transitions.
        against: Another snapshot of the map, of another period, persona or segment, drawn as a second line with
            signed differences.
        felt: Which feeling is drawn.
    """

    rows: frozenset[str] = USUAL
    findings: tuple[Mapping[str, Any], ...] = ()
    walk: "Walk | None" = None
    against: Mapping[str, Any] | None = None
    felt: Felt = "both"

    def __post_init__(self) -> None:
        for row in sorted(self.rows - frozenset(ROWS)):
            raise NotFoundError.named("row", row, ROWS)
        if self.felt not in get_args(Felt):
            raise InputError(f"felt is {self.felt!r}.", f"Choose one of {', '.join(get_args(Felt))}.")


PLAIN: Final = Showing()


def rows_of(wanted: str | Iterable[str] | None, usual: frozenset[str] = USUAL) -> frozenset[str]:
    """Read which rows are shown.

    Args:
        wanted: Names of rows, as a list or with commas between them. With ``+`` or ``-`` before every name the usual
            rows are shown with these in addition, or without them.
        usual: What is shown where nothing is wanted.

    Raises:
        NotFoundError: There is no such row.
        InputError: Some names have a sign and others have none.

    Example:
        >>> sorted(rows_of("goal, lanes"))
        ['goal', 'lanes']
        >>> "challenges" in rows_of("+challenges,-legend")
        True
    """
    names = wanted.split(",") if isinstance(wanted, str) else list(wanted or ())
    names = [name.strip() for name in names if name.strip()]
    signed = [name for name in names if name[0] in "+-"]
    for name in names:
        if name.lstrip("+-") not in ROWS:
            raise NotFoundError.named("row", name.lstrip("+-"), ROWS)
    if not names:
        return usual
    if not signed:
        return frozenset(names)
    if len(signed) < len(names):
        raise InputError(f"rows is {', '.join(names)!r}.", "Write + or - before every name, or before none.")
    more = {name[1:] for name in names if name[0] == "+"}
    return (usual | more) - {name[1:] for name in names if name[0] == "-"}
