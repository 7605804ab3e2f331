"""Commands of the audit: what is wrong with a map, and what is decided about it."""

from datetime import datetime
from typing import Any

import click

from farled.cli.opening import chosen_map, opened
from farled.cli.options import measuring_options, workspace_option
from farled.cli.screen import out, patience, plain, preparing
from farled.errors import InputError

SEVERITIES = ("E", "W", "I")
DAY = click.DateTime(["%Y-%m-%d"])
LANGUAGE = click.Choice(["sv", "nb", "da", "en"])


def _severities(_context: Any, _parameter: Any, value: str | None) -> tuple[str, ...]:
    chosen = tuple(part.strip().upper() for part in (value or "").split(",") if part.strip())
    unknown = [part for part in chosen if part not in SEVERITIES]
    if unknown:
        raise InputError(f"{unknown[0]!r} is no severity.", "Use E (error), W (warning) and I (information): E,W.")
    return chosen


@click.command()
@click.argument("id", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print outcomes and findings as JSON.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Print the findings as SARIF 2.1.0, with the lines of the map.")
@click.option(
    "--fail-on", callback=_severities, metavar="E,W", help="Exit code 1 when a finding of these severities is open."
)
@click.option("--language", type=LANGUAGE, help="Of sentences and cures; default: the workspace's.")
@measuring_options
@workspace_option
def audit(
    id: str | None,  # noqa: A002  the field's word
    as_json: bool,
    as_sarif: bool,
    fail_on: tuple[str, ...],
    language: str | None,
    workspace: str | None,
    **given: Any,
) -> None:
    """Say what is wrong with the map ID, with which evidence, and what to do.

    An audit of the present opens findings, reopens them, and closes those that are solved; one of an earlier period
    changes nothing.
    """
    held = opened(workspace)
    chosen = chosen_map(held, id)
    spoken = language or held.language
    with patience(preparing("Measuring and judging …")):
        audited = held.audit(chosen, **given)
        map_ = held.map(chosen, spoken)
    if as_sarif:
        from farled.maps.audit.sarif import sarif
        from farled.maps.load import read_document

        path = held.map_path(chosen)
        uri = f"{path.parent.name}/{path.name}" if path.parent.name == "maps" else path.as_posix()
        click.echo(plain(sarif(audited.findings(spoken, map_), read_document(path), uri, spoken)))
    elif as_json:
        click.echo(plain(audited.to_dict(spoken, map_)))
    else:
        from farled.cli.audit_screen import show_audit

        show_audit(audited.to_dict(spoken, map_), spoken)
    if audited.open(fail_on):
        raise SystemExit(1)


@click.group()
def finding() -> None:
    """Decide about findings of the audit: accept, dismiss, reopen, and see what became of them."""


@finding.command(name="list")
@click.argument("id", required=False)
@click.option("--all", "with_all", is_flag=True, help="Also those that are dismissed or solved.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@workspace_option
def list_(id: str | None, with_all: bool, as_json: bool, workspace: str | None) -> None:  # noqa: A002  as above
    """List the findings of the map ID as the last audit left them."""
    from farled.cli.audit_screen import show_lives

    held = opened(workspace)
    chosen = chosen_map(held, id)
    lives = [each for each in held.findings.of_map(chosen) if with_all or each.state not in ("dismissed", "solved")]
    if as_json:
        click.echo(plain([each.to_dict() for each in lives]))
        return
    show_lives(held.map(chosen, held.language), lives, held.language)


@finding.command()
@click.argument("fingerprint")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@workspace_option
def show(fingerprint: str, as_json: bool, workspace: str | None) -> None:
    """Show what became of a finding: each change of its state, with who, when and why."""
    from farled.cli.audit_screen import show_life

    held = opened(workspace)
    life, steps = held.findings.get(fingerprint), held.findings.history(fingerprint)
    if as_json:
        click.echo(plain({**life.to_dict(), "history": [step.to_dict() for step in steps]}))
        return
    show_life(life, steps, held.language, held.zone)


def _deciding(command: Any) -> Any:
    """Add who decides, and the workspace."""
    command = click.option("--who", metavar="NAME", help="Who decides; default: who is logged in.")(command)
    return click.argument("fingerprint")(workspace_option(command))


@finding.command()
@click.option("--owner", required=True, help="Who answers for it.")
@click.option("--until", type=DAY, help="By when it is to be solved; later it is shown as overdue.")
@click.option("--reason", help="What is going to be done.")
@_deciding
def accept(fingerprint: str, until: datetime | None, workspace: str | None, **given: Any) -> None:
    """Let somebody answer for a finding; the beginning of its FINGERPRINT is enough."""
    life = opened(workspace).findings.accept(fingerprint, due=_day(until), **given)
    _say(f"{life.fingerprint} ({life.rule}) is accepted: {life.owner} answers for it")


@finding.command()
@click.option("--reason", required=True, help="Why it is no problem.")
@click.option("--until", type=DAY, help="Up to when that holds; default: until it is twice as bad.")
@_deciding
def dismiss(fingerprint: str, until: datetime | None, workspace: str | None, **given: Any) -> None:
    """Say that a finding is no problem, and why; the beginning of its FINGERPRINT is enough."""
    life = opened(workspace).findings.dismiss(fingerprint, until=_day(until), **given)
    _say(f"{life.fingerprint} ({life.rule}) is dismissed")


@finding.command()
@click.option("--reason", help="Why it is open again.")
@_deciding
def reopen(fingerprint: str, workspace: str | None, **given: Any) -> None:
    """Take a decision about a finding back; the beginning of its FINGERPRINT is enough."""
    life = opened(workspace).findings.reopen(fingerprint, **given)
    _say(f"{life.fingerprint} ({life.rule}) is open again")


def _day(moment: datetime | None) -> Any:
    return None if moment is None else moment.date()


def _say(text: str) -> None:
    out().print(text, soft_wrap=True, markup=False)
