"""What an answer about attribution says on a page."""

from collections.abc import Mapping
from typing import Final

from farled.locale import N_, number, translator
from farled.questions.attribution import MODELS, AttributionAnswer
from farled.questions.credits import SELECTION, WARNING
from farled.web.cells import Sheet, Value, sheet_of
from farled.web.shares import share_of

MODEL_NAMES: Final[Mapping[str, str]] = {
    "first": N_("First touch"),
    "last": N_("Last touch"),
    "linear": N_("All touches alike"),
    "time_decay": N_("The later the more"),
    "position": N_("First and last most"),
    "markov": N_("Markov chain"),
    "shapley": N_("Shapley value"),
    "incremental": N_("Incremental estimate"),
    "all": N_("All side by side"),
}
REASONS: Final = (
    N_("no_conversions"),
    N_("no_lost"),
    N_("no_contrast"),
    N_("no_value"),
    N_("mixed_currencies"),
)


def attribution(answer: AttributionAnswer, language: str) -> tuple[str, tuple[Sheet, ...]]:
    """Return the finding and the tables."""
    _ = translator(language)
    every = answer.question.model == "all"
    rows: list[tuple[Value, ...]]
    if every:
        headings = [_("Touchpoint"), _("Touches"), *(_(MODEL_NAMES[model]) for model in MODELS)]
        rows = [
            (name, credit.touches, *(answer.compared[model][name].conversions for model in MODELS))
            for name, credit in answer.credits.items()
        ]
        if answer.baseline is not None and rows:
            rows.append((_("(baseline)"), None, *[None] * (len(MODELS) - 1), answer.baseline))
        return _finding(answer, language), (sheet_of(_("Conversions by model"), headings, rows, {}, language),)
    (beside,) = answer.compared
    headings = [_("Touchpoint"), _("Touches"), _("Conversions"), _("Value"), _("Share of the conversions"), _("Effect")]
    headings += [_(MODEL_NAMES[beside])]
    rows = [
        (name, each.touches, each.conversions, each.value, each.share, each.effect, beside_it.conversions)
        for (name, each), beside_it in zip(answer.credits.items(), answer.compared[beside].values(), strict=True)
    ]
    if answer.baseline is not None and rows:
        rows.append((_("(baseline)"), None, answer.baseline, None, None, None, None))
    if not answer.question.value:
        headings, rows = [*headings[:3], *headings[4:]], [(*row[:3], *row[4:]) for row in rows]
    sheets = (sheet_of(_("Touchpoints"), headings, rows, {_("Share of the conversions"): "share"}, language),)
    return _finding(answer, language), sheets


def _finding(answer: AttributionAnswer, language: str) -> str:
    """Return who is credited most, what was counted, and what the numbers are not."""
    _ = translator(language)
    said = [
        _("{won} conversions after touches, {direct} without any, and {lost} attempts without a goal.").format(
            won=number(answer.conversions, language),
            direct=number(answer.direct, language),
            lost=number(answer.lost, language),
        )
    ]
    first = next(iter(answer.credits), None)
    if first is not None and answer.credits[first].share.value is not None:
        model = "markov" if answer.question.model == "all" else answer.question.model
        share = share_of(answer.credits[first].share, language)
        text = _("Most is credited to {first}: {share} of them ({model}).")
        said.append(text.format(first=first, share=share, model=_(MODEL_NAMES[model])))
    if answer.baseline is not None:
        said.append(_(SELECTION))
    return " ".join([*said, _(WARNING)])
