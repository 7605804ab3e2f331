import re
import shlex
from pathlib import Path

import click
import pytest

from farled.cli.main import main
from farled.figures.icons import icons
from farled.maps.channels import BUILT_IN
from farled.maps.load import load
from farled.maps.translate import load_sidecar, translated
from farled.maps.yaml import read_yaml, yaml_text
from farled.sources.mapping import load as load_mapping

EXAMPLES = Path(__file__).parents[1] / "examples"
MAPS = sorted(EXAMPLES.glob("*/maps/*.yaml"))
SIDECARS = sorted(EXAMPLES.glob("*/maps/i18n/*.yaml"))
READMES = sorted(EXAMPLES.glob("*/README.md"))


def named(path):
    return "/".join(path.relative_to(EXAMPLES).parts)


def commands(readme):
    """The commands of a page that begin with farled, continued lines joined."""
    blocks = re.findall(r"```bash\n(.*?)```", readme.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.startswith("farled ")]


def parsed(words):
    """The context of a command line, nothing run; raises where a command, option or choice does not exist."""
    context, command, rest = click.Context(main), main, words[1:]
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, rest)
        context, command = click.Context(found, parent=context, info_name=name), found
    return command.make_context(words[1], list(rest))


def events_of(mapping):
    """The event names that a mapping fixes, and whether it also takes names from a column."""
    rules = [event.name for table in mapping.tables for event in table.events]
    return {rule.fixed for rule in rules if rule.fixed}, any(rule.column for rule in rules)


def test_there_are_examples():
    assert {path.parent.name for path in READMES} == {"olist", "web-shop"}
    assert len(MAPS) == 3


@pytest.mark.parametrize("path", MAPS, ids=named)
def test_a_map_loads_and_keeps_its_bytes(path):
    assert load(path).map.id == path.stem
    text = path.read_text(encoding="utf-8")
    assert yaml_text(read_yaml(text, path.name)) == text


@pytest.mark.parametrize("path", MAPS, ids=named)
def test_a_map_names_only_channels_and_icons_that_exist(path):
    found = load(path)
    assert {touchpoint.channel for _, touchpoint in found.touchpoints()} <= {*found.channels, *BUILT_IN}
    shown = [*found.channels.values(), *found.personas, *found.phases, *(t for _, t in found.touchpoints())]
    assert {record.icon for record in shown if record.icon} <= set(icons())


@pytest.mark.parametrize("path", MAPS, ids=named)
def test_every_claim_of_a_map_says_what_it_rests_on(path):
    found = load(path)
    text = path.read_text(encoding="utf-8")
    assert all(phase.customer_goal and phase.owner and phase.feels for phase in found.phases)
    assert all(pain.based_on or "based_on: assumed" in line_of(text, pain.id) for pain in found.pain_points)
    assert all(opportunity.lever and opportunity.solves for opportunity in found.opportunities)


def line_of(text, id_):
    return next(line for line in text.splitlines() if f"id: {id_}," in line)


@pytest.mark.parametrize("path", MAPS, ids=named)
def test_a_map_observes_only_events_that_its_mapping_makes(path):
    fixed, is_open = events_of(load_mapping(path.parents[1] / "mapping.yaml"))
    rules = [touchpoint.observe for _, touchpoint in load(path).touchpoints() if touchpoint.observe]
    assert is_open or {rule.event for rule in rules if hasattr(rule, "event")} <= fixed


@pytest.mark.parametrize("path", SIDECARS, ids=named)
def test_a_translation_is_whole_and_fresh(path):
    base = load(path.parents[1] / f"{path.name.split('.')[0]}.yaml")
    found = translated(base, load_sidecar(path))
    assert (found.missing, found.stale) == ((), ())
    assert found.map.map.language == path.name.split(".")[1]
    text = path.read_text(encoding="utf-8")
    assert yaml_text(read_yaml(text, path.name)) == text


@pytest.mark.parametrize("path", READMES, ids=named)
def test_the_commands_of_a_page_exist_with_their_options(path):
    contexts = [parsed(words) for words in commands(path)]
    assert {context.command.name for context in contexts} >= {"init", "ingest", "check", "measure", "draw", "open"}


@pytest.mark.parametrize("path", READMES, ids=named)
def test_the_files_and_maps_that_a_page_names_are_there(path):
    maps = {found.stem for found in (path.parent / "maps").glob("*.yaml")}
    for words in commands(path):
        context = parsed(words)
        if mapping := context.params.get("mapping"):
            assert (EXAMPLES.parent / mapping).is_file()
        if chosen := context.params.get("id"):
            assert chosen in maps
        if persona := context.params.get("persona"):
            assert persona in {found.id for found in load(path.parent / "maps" / f"{chosen}.yaml").personas}
