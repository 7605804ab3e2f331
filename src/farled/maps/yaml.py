"""YAML 1.2 as Farled's files use it: no anchors, no tags, no duplicate keys; comments, order and quotes survive."""

import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import NodeEvent
from ruamel.yaml.parser import RoundTripParser
from ruamel.yaml.reader import ReaderError

from farled.errors import InputError
from farled.maps.ids import NOT_IDS

Document = CommentedMap
Keys = tuple[str | int, ...]
MAX_DEPTH = 40


@lru_cache(maxsize=8)
def known_yaml(text: str, name: str) -> Document:
    """Read one mapping for those who change nothing: the same text is parsed once.

    Raises:
        InputError: As ``read_yaml``.
    """
    return read_yaml(text, name)


def read_yaml(text: str, name: str) -> Document:
    """Read one mapping, to be looked at or changed.

    Raises:
        InputError: The text is not YAML, or uses what Farled's files may not use. The line is named.
    """
    try:
        yaml = _yaml()
        yaml.Parser = partial(_PlainParser, name)
        document = yaml.load(text)
    except InputError:
        raise
    except (MarkedYAMLError, ReaderError) as error:
        raise _syntax(error, name) from error
    except (YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, ValueError) and (wrong := _wrong_day(text)):
            at, day = wrong
            raise InputError(
                f"{name}:{at}: {day!r} is no day: {error}.", "Correct the day, or put it in quotes."
            ) from error
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{name}: {first}.", "Correct the YAML.") from error
    if not isinstance(document, CommentedMap):
        raise InputError(f"{name}: the file holds no mapping.", "Begin with farled: 1.")
    return document


def _wrong_day(text: str) -> tuple[int, str] | None:
    """Return the first line with a day that no calendar has, and the day."""
    for at, line in enumerate(text.splitlines(), 1):
        for day in re.findall(r"\b\d{4}-\d{1,2}-\d{1,2}\b", line):
            try:
                date(*map(int, day.split("-")))
            except ValueError:
                return at, day
    return None


def yaml_text(document: Document) -> str:
    """Return a document as text; one that was read and not changed comes back byte for byte."""
    stream = io.StringIO()
    _yaml().dump(document, stream)
    return stream.getvalue()


def scalar(text: str) -> str:
    """Return a text as it stands in YAML, also within braces: bare where that is safe, else in quotes.

    >>> scalar("Köp i butik"), scalar("true"), scalar("Why?")
    ('Köp i butik', '"true"', '"Why?"')
    """
    bare = re.fullmatch(r"[^\W\d_][\w -]*", text) and text.lower() not in NOT_IDS
    return text if bare and text == text.strip() else json.dumps(text, ensure_ascii=False)


def plain_values(node: object) -> Any:
    """Return a document as plain dictionaries, lists, texts, numbers, truth values and dates."""
    if isinstance(node, Mapping):
        return {str(key) if isinstance(key, str) else key: plain_values(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq | list | tuple):
        return [plain_values(value) for value in node]
    return _plain_scalar(node)


def line_of(document: object, keys: Keys) -> int:
    """Return the line on which something stands, or the nearest thing around it; 1 is the first."""
    node, line = document, 1
    for key in keys:
        position = getattr(node, "lc", None)
        if isinstance(node, CommentedMap) and key in node:
            line = _row(cast("Any", position).key, key, line)
        elif isinstance(node, CommentedSeq) and isinstance(key, int) and key < len(node):
            line = _row(cast("Any", position).item, key, line)
        else:
            break
        node = cast("Any", node)[key]
    return int(line)


def _row(position: Callable[[Any], Any], key: object, otherwise: int) -> int:
    """Return the line of a key or item; what a program put there has none of its own."""
    try:
        return int(position(key)[0]) + 1
    except (KeyError, TypeError):
        return otherwise


def _yaml() -> YAML:
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    yaml.preserve_quotes = True
    yaml.allow_duplicate_keys = False
    yaml.version = None
    return yaml


class _PlainParser(RoundTripParser):
    """Refuses what Farled's files may not use, event by event: nothing is built before all of them were seen."""

    def __init__(self, name: str, loader: Any) -> None:
        super().__init__(loader=loader)
        self._name = name
        self._documents = self._depth = 0

    def get_event(self) -> Any:
        """Return the next event.

        Raises:
            InputError: It is of a kind that is not allowed.
        """
        event = super().get_event()
        name, line = self._name, event.start_mark.line + 1
        kind = type(event).__name__
        self._depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        self._documents += kind == "DocumentStartEvent"
        if self._documents > 1:
            raise _refused(name, line, "the file holds several documents.", "Remove the line of three dashes.")
        if kind == "AliasEvent" or (isinstance(event, NodeEvent) and event.anchor):
            message = f"{event.anchor!r} is an anchor or alias."
            raise _refused(name, line, message, "Write the value out in both places.")
        if getattr(event, "tag", None) is not None and str(event.tag) not in ("None", ""):
            raise _refused(name, line, f"{event.tag} is a tag.", "Remove it; values say themselves what they are.")
        if self._depth > MAX_DEPTH:
            raise _refused(name, line, f"the file is nested deeper than {MAX_DEPTH}.", "Flatten it.")
        return event


def _refused(name: str, line: int, message: str, hint: str) -> InputError:
    return InputError(f"{name}:{line}: {message}", hint)


def _syntax(error: MarkedYAMLError | ReaderError, name: str) -> InputError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else 1
    if isinstance(error, DuplicateKeyError):
        problem = str(error.problem).splitlines()[0].split(" with value")[0]
        return _refused(name, line, f"{problem}.", "Keep one of the two.")
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "this is not YAML")
    return _refused(name, line, f"{problem}.", "Check quotes, colons and indentation on this line and the one before.")


def _plain_scalar(node: object) -> object:
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    if isinstance(node, datetime):
        return datetime.fromisoformat(node.isoformat())
    return node if isinstance(node, date) else str(node)
