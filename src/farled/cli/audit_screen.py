"""How the terminal shows an audit and what became of findings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.padding import Padding
from rich.text import Text

from farled.cli.screen import out, show
from farled.figures.table import Table
from farled.locale import N_, clock, date, translator
from farled.maps.audit.catalog import RULES
from farled.maps.audit.findings import Life, Step
from farled.maps.audit.telling import name_of, state_word
from farled.maps.model import MapFile

SEVERITIES = {"E": N_("error"), "W": N_("warning"), "I": N_("note")}
_STYLES = {"E": "bold red", "W": "yellow", "I": "cyan"}
_NAMES = {rule.id: rule.name for rule in RULES}


def show_audit(told: Mapping[str, Any], language: str, *, with_reasons: bool = True) -> None:
    """Print findings with their cures, what cannot be told, and how many rules say what."""
    _ = translator(language)
    word = _.pgettext
    shown = [finding for finding in told["findings"] if finding["state"] != "dismissed"]
    for finding in shown:
        _show_finding(finding, language)
    if with_reasons:
        rows = tuple((each["rule"], each["name"], each["reason"]) for each in told["outcomes"] if _is_unknown(each))
        if rows:
            show(
                Table(
                    _("Cannot tell"), (word("heading", "rule"), word("heading", "name"), word("heading", "why")), rows
                )
            )
    counts = told["counts"]
    text = _("Rules: {passed} pass, {failed} fail, {unknown} cannot tell, {off} are off.").format(
        passed=counts["pass"], failed=counts["fail"], unknown=counts["cannot_tell"], off=counts["off"]
    )
    hidden = len(told["findings"]) - len(shown)
    text += " " + _("Findings dismissed: {n}.").format(n=hidden) if hidden else ""
    out().print(Text(text))


def _is_unknown(outcome: Mapping[str, Any]) -> bool:
    return bool(outcome["outcome"] == "cannot_tell")


def _show_finding(finding: Mapping[str, Any], language: str) -> None:
    _ = translator(language)
    head = Text(_(SEVERITIES[finding["severity"]]), style=_STYLES[finding["severity"]])
    facts = [finding["rule"], finding["name"], finding["fingerprint"], state_word(finding["state"], language)]
    if finding["state"] == "accepted":
        facts += [finding["owner"], _("overdue") if finding.get("overdue") else finding.get("due", "")]
    cut = ", ".join(f"{name}={value}" for name, value in finding["cut"].items())
    head.append("  " + " · ".join(part for part in (*facts, cut) if part), style="dim")
    console = out()
    console.print(head)
    console.print(Padding(Text(finding["text"]), (0, 0, 0, 2)))
    console.print(Padding(Text(f"→ {finding['cure']}"), (0, 0, 1, 2)))


def show_lives(map_: MapFile, lives: Iterable[Life], language: str) -> None:
    """Print findings with their states."""
    word = translator(language).pgettext
    rows = tuple(
        (
            life.fingerprint,
            life.rule,
            _NAMES.get(life.rule, ""),
            ", ".join(name_of(map_, id_) for id_ in life.objects) or map_.map.title,
            state_word(life.state, language),
            life.owner or life.who or "",
            _until(life, language),
        )
        for life in lives
    )
    headings = (
        word("heading", "finding"),
        word("heading", "rule"),
        word("heading", "name"),
        word("heading", "place"),
        word("heading", "state"),
        word("heading", "who"),
        word("heading", "until"),
    )
    show(Table(map_.map.title, headings, rows))


def show_life(life: Life, steps: Sequence[Step], language: str, zone: str) -> None:
    """Print what became of a finding."""
    _ = translator(language)
    rows = tuple(
        (
            clock(step.at, language, zone),
            state_word(step.after, language),
            step.who or "Farled",
            _(step.why) if step.why else "",
        )
        for step in steps
    )
    title = f"{life.rule} {_NAMES.get(life.rule, '')} {life.fingerprint}"
    word = _.pgettext
    headings = (word("heading", "when"), word("heading", "state"), word("heading", "who"), word("heading", "why"))
    show(Table(title, headings, rows))


def _until(life: Life, language: str) -> str:
    day = life.due if life.state == "accepted" else life.until
    return "" if day is None else date(day, language)
