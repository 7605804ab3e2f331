"""Answers as files: a picture, or its numbers."""

from pathlib import Path
from typing import Any

import click

from farled.cli.screen import plain
from farled.errors import InputError

ENDINGS = (".svg", ".png", ".csv", ".json")


def picture_options() -> list[click.Option]:
    """Return the options of a question that write a file."""
    text = "Write the answer into a file: .svg or .png (the picture), .csv or .json."
    out = click.Option(["--out"], type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=text)
    theme = click.Option(["--theme"], type=click.Choice(["light", "dark"]), help="Of the picture.")
    text = "Of the picture; default: the workspace's."
    language = click.Option(["--language"], type=click.Choice(["sv", "nb", "da", "en"]), help=text)
    return [out, theme, language]


def picture_asked(given: dict[str, Any]) -> tuple[Path | None, dict[str, str]]:
    """Take the options of the picture out of what was given.

    Args:
        given: Values of all options by name.

    Returns:
        The file, None for none, and theme and language where they were given.

    Raises:
        InputError: No answer can be written into such a file.
    """
    out = given.pop("out")
    if out is not None and out.suffix.lower() not in ENDINGS:
        raise InputError(
            f"An answer cannot be written into {out.name!r}.", "Let the file end in .svg, .png, .csv or .json."
        )
    look = {name: given.pop(name) for name in ("theme", "language")}
    return out, {name: value for name, value in look.items() if value is not None}


def write_answer(answer: Any, path: Path, spoken: str, theme: str = "light", language: str | None = None) -> None:
    """Write an answer into a file, whole or not at all; its ending says what.

    Where an answer has several pictures, the others stand beside the first: ``timing.svg``, ``timing-2.svg``.

    Args:
        answer: Of any question.
        path: Where.
        spoken: Language of the workspace.
        theme: Of the picture.
        language: Of the picture; default: that of the workspace.

    Raises:
        MissingExtraError: A picture is asked for, and the extra ``charts`` is not installed.
    """
    from farled.figures.whole import write

    kind, words = path.suffix.lower(), language or spoken
    if kind == ".svg":
        contents = [figure.svg(theme, words, embed=True).encode() for figure in answer.figures()]
    elif kind == ".png":
        contents = [figure.png(theme, words) for figure in answer.figures()]
    elif kind == ".csv":
        contents = [answer.table().csv().encode()]
    else:
        contents = [(plain(answer.to_dict()) + "\n").encode()]
    paths = [path, *(path.with_stem(f"{path.stem}-{number}") for number in range(2, len(contents) + 1))]
    for content, each in zip(contents, paths, strict=True):
        write(content, each)
    click.echo(f"The answer is in {' and '.join(map(str, paths))}", err=True)
