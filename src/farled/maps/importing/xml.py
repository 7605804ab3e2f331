"""Reads XML that describes itself: no document type, no entities, no outside files; each element knows its line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

from farled.errors import InputError

MAX_DEPTH: Final = 40


@dataclass(slots=True)
class Element:
    """An element: its name without prefix, where it begins, its attributes, its text and what is inside."""

    tag: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    inside: list["Element"] = field(default_factory=list)

    def first(self, *tags: str) -> "Element | None":
        """Return the first element along a way of names, or None."""
        found: Element | None = self
        for tag in tags:
            found = next((one for one in found.inside if one.tag == tag), None) if found is not None else None
        return found

    def all(self, tag: str) -> Iterator["Element"]:
        """Yield the elements of a name directly inside."""
        return (one for one in self.inside if one.tag == tag)

    def told(self, *tags: str) -> str:
        """Return the text along a way of names, empty where there is none."""
        found = self.first(*tags)
        return " ".join(found.text.split()) if found is not None else ""


def read_xml(content: bytes, name: str) -> Element:
    """Return the outermost element.

    Raises:
        InputError: It is not XML, declares a document type, or is nested too deep. The line is named.
    """
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    top = Element("", 0, {})
    open_ = [top]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(open_) > MAX_DEPTH:
            raise InputError(
                f"{name}:{parser.CurrentLineNumber}: the file is nested deeper than {MAX_DEPTH}.", "Flatten it."
            )
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(tag.rpartition(" ")[2], parser.CurrentLineNumber, own)
        open_[-1].inside.append(element)
        open_.append(element)

    def end(_tag: str) -> None:
        open_.pop()

    def text(letters: str) -> None:
        open_[-1].text += letters

    def refuse(*_: object) -> None:
        message = f"{name}:{parser.CurrentLineNumber}: the file declares a document type, which could hold anything."
        raise InputError(message, "Remove the DOCTYPE.")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (ExpatError, LookupError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        line, reason = getattr(error, "lineno", 1), str(error)
        if isinstance(error, ExpatError):
            reason = ErrorString(error.code) or reason
        raise InputError(f"{name}:{line}: this is not XML: {reason}.", "Export the file anew.") from error
    return top.inside[0]
