"""Reads a Mermaid journey: sections become phases, tasks touchpoints, scores assumed feelings, actors personas."""

import re
from html import unescape
from typing import Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from farled.errors import InputError
from farled.maps.export.mermaid import UNKNOWN
from farled.maps.importing.build import Build, record, said

_CODE: Final = re.compile(r"#(\w+);")
_SCORE: Final = re.compile(r"[1-5](\.\d+)?")
_KEYS: Final = ("title", "section", "acctitle", "accdescr")


def read_mermaid(text: str, build: Build, name: str) -> None:
    """Put a journey into a map.

    Raises:
        InputError: The text is no Mermaid journey.
    """
    reader = _Reader(build, name)
    for number, line in enumerate(text.splitlines(), 1):
        reader.take(line.strip(), number)
    reader.end()


class _Reader:
    def __init__(self, build: Build, name: str) -> None:
        self.build = build
        self.name = name
        self.begun = self.is_front = self.is_block = self.is_unknown = False
        self.phase: CommentedMap | None = None
        self.people: list[tuple[CommentedMap, list[str], int]] = []

    def take(self, line: str, number: int) -> None:
        """Read one line."""
        if self._aside(line, number):
            return
        key, _, rest = (part.strip() for part in re.split(r"([\s:]+|$)", line, maxsplit=1))
        if not self.begun:
            self._begin(line, number)
        elif key.lower() in _KEYS and (rest or line.endswith("{")):
            self._about(key.lower(), rest, number)
        elif ":" in line:
            self._task(line, number)
        else:
            self.build.leave(number, line, "This is neither a section nor a task.")

    def end(self) -> None:
        """Give the actors to their touchpoints; one that all personas meet names none."""
        if not self.begun:
            raise InputError(f"{self.name} holds no Mermaid journey.", "Begin with a line: journey")
        if not self.build.phases:
            raise InputError(f"{self.name}: the journey has no section and no task.", "Add a line: section NAME")
        named = [
            (point, list(dict.fromkeys(filter(None, (self.build.persona(actor, line) for actor in actors)))))
            for point, actors, line in self.people
        ]
        everyone = {known["id"] for known in self.build.personas}
        for point, ids in named:
            if ids and set(ids) != everyone:
                point["personas"] = CommentedSeq(ids)

    def _aside(self, line: str, number: int) -> bool:
        """Return whether a line says nothing of the journey: empty, comment, settings."""
        if line == "---" and (self.is_front or not self.begun):
            self.is_front = not self.is_front
            return True
        if self.is_front:
            found = re.fullmatch(r"title:\s*(.+)", line)
            if found:
                self.build.title = found[1].strip("\"' ")
            return True
        if self.is_block:
            self.is_block = "}" not in line
            return True
        self.is_unknown = self.is_unknown or line == UNKNOWN
        return not line or line.startswith("%%")

    def _begin(self, line: str, number: int) -> None:
        if line.lower() != "journey":
            message = f"{self.name}:{number}: {said(line)[:60]!r} stands where the word journey is expected."
            raise InputError(message, "Begin with a line: journey")
        self.begun = True

    def _about(self, key: str, rest: str, number: int) -> None:
        if key == "title":
            self.build.title = _plain(rest)
        elif key == "section":
            self.phase = self.build.phase(_plain(rest), number)
        elif key == "accdescr" and not rest.endswith("}"):
            self.is_block = rest.startswith("{")
        # accTitle and accDescr are made from the map itself

    def _task(self, line: str, number: int) -> None:
        task, _, told = line.partition(":")
        score, _, actors = (part.strip() for part in told.partition(":"))
        if self.phase is None:
            self.phase = self.build.phase(self.build.title or "Journey", number)
        point = self.build.touchpoint(self.phase, _plain(task), number)
        people = [_plain(actor) for actor in actors.split(",") if actor.strip()]
        self.people.append((point, people, number))
        if _SCORE.fullmatch(score) and float(score) <= 5:
            if not self.is_unknown:
                claim = record(number, claim=float(score) - 3, based_on="assumed")
                point.update(record(number, feels=claim))
        else:
            self.build.leave(number, line, f"{score!r} is no score from 1 to 5.")
        self.is_unknown = False


def _plain(text: str) -> str:
    """Return a text with its codes as letters again."""
    return said(_CODE.sub(_letter, text.strip()))


def _letter(found: re.Match[str]) -> str:
    code = found[1]
    if code.isdecimal():
        return chr(int(code)) if int(code) < 0x110000 and not 0xD800 <= int(code) < 0xE000 else found[0]
    letter = unescape(f"&{code};")
    return found[0] if letter == f"&{code};" else letter
