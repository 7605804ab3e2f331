"""Words that the tables of questions over questions show, to be translated."""

from typing import Final

from farled.locale import N_

HEADINGS: Final = (
    N_("Compare"),
    N_("Drivers"),
    N_("Trend"),
    N_("Robust"),
    N_("number"),
    N_("difference"),
    N_("per"),
    N_("different"),
    N_("before"),
    N_("had it and went on"),
    N_("had it and did not"),
    N_("odds"),
    N_("found"),
    N_("period"),
    N_("changes"),
    N_("as asked"),
    N_("lowest"),
    N_("with"),
    N_("highest"),
    N_("with this"),
    N_("moves"),
)
REASONS: Final = (N_("no_variation"), N_("one_sided"))
