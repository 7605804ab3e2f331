"""The docs name everything that users can use, their links lead somewhere, and they speak of Farled alone."""

import importlib.util
import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import get_args

import click
import pyarrow as pa
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

import farled
from farled.cli.main import COMMANDS
from farled.errors import FarledError
from farled.events.folder import Settings
from farled.journeys.conditions import parse
from farled.maps.channels import BUILT_IN
from farled.maps.measuring.numbers import hidden, unknown
from farled.maps.metric import KINDS
from farled.maps.model import Catalog, MapFile
from farled.questions import QUESTIONS
from farled.sources.mapping_model import Mapping
from farled.web.app import create_app
from farled.workspace import Workspace

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
BUILT_LATER = {"docs/benchmarks.md"}


def reference(page):
    return (DOCS / "reference" / page).read_text(encoding="utf-8")


def is_named(word, text):
    """Whether a word stands in code: alone, or inside a form such as ``{id, at, why}``."""
    code = " ".join(re.findall(r"`+([^`]+)`+", text))
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", code) is not None


def models_in(kind, found=None):
    """The pydantic models that a model is made of, itself included."""
    found = {} if found is None else found
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in found:
            found[kind] = [field.alias or name for name, field in kind.model_fields.items()]
            for field in kind.model_fields.values():
                models_in(field.annotation, found)
        return found
    for part in get_args(kind):
        models_in(part, found)
    return found


def commands(group=COMMANDS):
    for name, (module, _) in group.items():
        command = import_module(module).COMMANDS[name]
        yield f"farled {name}", command
        if isinstance(command, click.Group):
            yield from ((f"farled {name} {inner}", each) for inner, each in command.commands.items())


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_written_pages_are_what_the_code_says():
    written = tool("reference")
    stale = [name for name in written.PAGES if reference(name) != written.page(name)]
    assert stale == [], "run: python tools/reference.py"


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_and_field_is_in_the_reference(name):
    page, kind = reference("questions.md"), QUESTIONS[name]
    assert f"## {kind.__name__}\n" in page
    section = page.partition(f"## {kind.__name__}\n")[2].partition("\n## ")[0]
    assert [field.name for field in fields(kind) if f"| `{field.name}` |" not in section] == []


def test_every_command_and_option_is_in_the_reference():
    page = reference("commands.md")
    for path, command in commands():
        assert f"\n## {path}\n" in page, path
        section = page.partition(f"\n## {path}\n")[2].partition("\n## ")[0]
        flags = [flag for param in command.params if isinstance(param, click.Option) for flag in param.opts]
        assert [flag for flag in flags if f"`{flag}`" not in section] == [], path


def test_every_error_is_in_the_reference_with_its_exit_code():
    page = reference("errors.md")
    for kind in [FarledError, *FarledError.__subclasses__()]:
        assert f"| `{kind.__name__}` | {kind.exit_code} | {kind.http_status} |" in page


def test_every_public_name_is_in_the_reference():
    pages = " ".join(reference(page) for page in ("python.md", "questions.md", "errors.md"))
    assert [name for name in farled.__all__ if not re.search(rf"(?:#+ |`|farled\.){name}\b", pages)] == []
    members = [name for name in dir(Workspace) if not name.startswith("_")]
    assert [name for name in members if f"### Workspace.{name}\n" not in reference("python.md")] == []


SECTIONS = {
    "MapFile": "Top",
    "Catalog": "Top",
    "MapHead": "map",
    "Persona": "personas",
    "Source": "sources",
    "Phase": "phases",
    "Touchpoint": "touchpoints",
    "PainPoint": "pain_points",
    "Opportunity": "opportunities",
}


def test_every_key_of_a_map_and_of_the_catalogue_is_in_the_reference():
    page = reference("map-file.md")
    for kind, keys in (models_in(MapFile) | models_in(Catalog)).items():
        if kind.__module__ != "farled.maps.metric":
            section = SECTIONS.get(kind.__name__)
            text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0] if section else page
            assert [key for key in keys if not is_named(key, text)] == [], kind


def test_every_kind_of_metric_and_its_parameters_are_in_the_reference():
    page = reference("metrics.md")
    for kind, names in models_in(MapFile).items():
        if kind.__module__ == "farled.maps.metric":
            assert [key for key in names if not is_named(key, page)] == [], kind
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []


def test_every_verb_of_a_mapping_is_in_the_reference():
    page = reference("mapping-file.md")
    keys = {key for names in models_in(Mapping).values() for key in names}
    assert sorted(key for key in keys if not is_named(key, page)) == []


def test_every_address_of_the_web_app_is_in_the_reference():
    page = reference("web.md")
    addresses = [route.path for route in create_app(farled.read(small_table())).routes]
    known = [address.replace("{rest:path}", "") for address in addresses]
    assert len(known) > 10
    assert [address for address in known if f"`{address}" not in page] == []


def small_table():
    return pa.table({"customer": ["ana"], "time": ["2026-03-01"], "name": ["visit"]})


def test_every_setting_of_a_workspace_is_in_the_reference():
    page = reference("workspace-folder.md")
    assert [key for key in Settings.__dataclass_fields__ if f"| `{key}` |" not in page] == []


def test_every_channel_and_every_reason_without_a_value_is_in_the_reference():
    assert [channel for channel in BUILT_IN if channel not in reference("map-file.md")] == []
    page = reference("snapshot.md")
    reasons = [hidden(10)["reason"], *(unknown(name)["reason"] for name in ("unobserved", "too_few", "open"))]
    assert [reason for reason in reasons if f"| `{reason}` |" not in page] == []


def test_the_forms_of_conditions_in_the_reference_can_be_read():
    filled = {"C": "{attr: a, is: 1}", "NAME": "a", "VALUE": "1", "SPAN": "1d", "N": "1", "…": ""}
    filled |= {"QUESTION": "{question: flow}", "POINTER": "/nodes/a/customers"}
    forms = re.findall(r"^\| `(\{.*?\})` \| (both|customers|events) \|", reference("conditions.md"), re.MULTILINE)
    assert len(forms) > 9
    for form, over in forms:
        text = re.sub(r"[A-Z]+|…", lambda match: filled[match[0]], form)
        parse(YAML(typ="safe", pure=True).load(text), "event" if over == "events" else "customer")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"(?:src|srcset|href)=\"([^\"]+)\"", text)
    for link in found:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page if not path else (page.parent / path).resolve()
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def anchors(page):
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_every_page_of_the_docs_can_be_reached():
    menu = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    decisions = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")
    pages = [page.relative_to(DOCS) for page in DOCS.rglob("*.md")]
    lost = [page for page in pages if f'"{page}"' not in menu and f"({page.name})" not in decisions]
    assert [str(page) for page in lost if f"docs/{page}" not in BUILT_LATER] == []


@pytest.mark.parametrize("decision", sorted(DOCS.glob("decisions/0*.md")), ids=lambda page: page.stem)
def test_a_decision_has_all_its_parts_and_names_tests_that_exist(decision):
    text = decision.read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads == ["Context", "Decision", "Consequences", "What would change our mind", "Held by"]
    held = text.partition("## Held by")[2]
    files = re.findall(r"`(tests/[\w/]+\.py)`", held)
    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []
    rules = [re.sub(r"\W+", "_", " ".join(rule.split())) for rule in re.findall(r"\*([^*]+)\*", held)]
    known = " ".join((ROOT / file).read_text(encoding="utf-8") for file in files)
    assert [rule for rule in rules if f"def test_{rule}".lower() not in known.lower()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_docs_speak_of_farled_alone(page):
    text = page.read_text(encoding="utf-8")
    machine = re.findall(r"(?:^|[\s`(\"'])(/(?:home|root|tmp|work|usr|Users|opt|var)/\S*|[A-Z]:\\\S*)", text)
    assert machine == []
    words = r"\b(?:sessions? of work|sub-?agents?|ticket #\d+|issue #?\d+|pull request|TODO|FIXME|localhost:\d+)\b"
    assert re.findall(words, text, re.IGNORECASE) == []
    assert re.findall(r"\s#\d+\b", re.sub(r"```.*?```", "", text, flags=re.DOTALL)) == []
