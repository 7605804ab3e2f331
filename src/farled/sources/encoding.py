"""Bytes to UTF-8: whatever a file is written in, DuckDB gets plain UTF-8 without compression.

Order: a mark at the start (BOM), strict UTF-8, UTF-16 where zero bytes alternate, else Windows-1252, or MacRoman
where its bytes for å ä ö æ ø fit better. What has to be changed is written as a stream to a temporary file.
"""

import codecs
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from farled.errors import InputError, NotFoundError

EXPORT_AGAIN = "Export it again, or name another file."
"""What to do about a file that holds nothing."""

_BLOCK = 1 << 22
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_COMPRESSION = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd"}
_WINDOWS = bytes.fromhex("e5e4f6e6f8c5c4d6c6d8e9")
_MACINTOSH = bytes.fromhex("8c8a9abebf818085aeaf8e")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = bytes(range(128, 256))
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b\x1f\x1e\x00"))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that DuckDB can read.

    Attributes:
        path: The file itself, or its copy in UTF-8.
        encoding: What the file was written in.
        damaged: Characters that could not be read and are now U+FFFD.
    """

    path: Path
    encoding: str
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class _Survey:
    """What one pass over the bytes found."""

    is_utf8: bool
    is_mixed: bool


def compression_of(path: Path) -> str | None:
    """Return ``"gzip"``, ``"zstd"`` or None, by the first bytes of a file."""
    with path.open("rb") as file:
        return _COMPRESSION.get(file.read(2))


def require_file(path: Path) -> None:
    """Check that a file is there and can be opened.

    Raises:
        NotFoundError: There is no such file.
        InputError: It is a folder or a pipe, or may not be read.
    """
    if path.is_dir():
        raise InputError(f"{str(path)!r} is a folder, not a file.", f"Name its files, such as '{path}/*.csv'.")
    if not path.exists():
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        seen = [str(other) for other in beside if not other.name.startswith(".")]
        raise NotFoundError.named("file", str(path), seen)
    if not path.is_file():
        raise InputError(
            f"{str(path)!r} is a pipe or a device, which cannot be read twice; Farled reads a file several times.",
            "Write it into a file first, such as: … > events.csv.",
        )
    try:
        path.open("rb").close()
    except OSError as problem:
        raise InputError(
            f"{str(path)!r} cannot be opened: {problem.strerror}.", "Ask for the right to read it."
        ) from problem


def prepare(path: Path, folder: Path) -> Prepared:
    """Make a text file readable as UTF-8.

    Args:
        path: CSV, TSV or JSON lines in any encoding, also ``.gz`` and ``.zst``.
        folder: For the copy, if one is needed.

    Raises:
        InputError: It is not text, or its compression is broken.
    """
    require_file(path)
    head = next(_blocks(path), b"")
    _require_text(path, head)
    encoding = _marked(head) or _alternating(head)
    survey = _survey(path, (encoding or "utf-8") == "utf-8")
    if encoding is None:
        encoding = "utf-8" if survey.is_utf8 else _guess_legacy(path)
    mixed = survey.is_mixed and not encoding.startswith("utf-16")
    as_it_is = encoding == "utf-8" and survey.is_utf8 and not head.startswith(codecs.BOM_UTF8)
    if as_it_is and not mixed and compression_of(path) is None:
        return Prepared(path, encoding)
    copy = folder / f"{len(list(folder.iterdir()))}.text"
    return _transcode(path, copy, encoding, mixed)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with pa.input_stream(str(path), compression=compression_of(path)) as stream:
            while block := stream.read(_BLOCK):
                yield block
    except OSError as problem:
        raise InputError(
            f"{str(path)!r} cannot be unpacked: {problem}.",
            "Fetch or export the file again: it is cut short or damaged.",
        ) from problem


def _require_text(path: Path, head: bytes) -> None:
    if not head:
        raise InputError(f"{str(path)!r} is empty.", EXPORT_AGAIN)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InputError(f"{str(path)!r} is a workbook or an archive, not text.", "Save the sheet as CSV UTF-8.")
    if head.startswith(b"PAR1"):
        raise InputError(f"{str(path)!r} is a Parquet file.", "Give it a name that ends in .parquet.")
    start = head[:65536]
    control = len(start) - len(start.translate(None, _CONTROL))
    if control > max(8, len(start) // 50) and not _marked(start) and not _alternating(start):
        raise InputError(f"{str(path)!r} is not a text file.", "Give CSV, TSV, JSON lines or Parquet.")
    if not start.strip(b"\0 \t\r\n"):
        raise InputError(f"{str(path)!r} holds nothing but blanks.", EXPORT_AGAIN)


def _marked(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _alternating(head: bytes) -> str | None:
    start = head[: min(4096, len(head) // 2 * 2)]
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = max(1, len(start) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


def _survey(path: Path, strict: bool) -> _Survey:
    if strict and compression_of(path) is None and _is_ascii(path):
        return _Survey(is_utf8=True, is_mixed=False)
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_newlines, lone, last = strict, False, 0, b""
    for block in _blocks(path):
        has_newlines = has_newlines or b"\n" in block
        if b"\r" in block or last == b"\r":
            lone += block.count(b"\r") - block.count(b"\r\n") - (last == b"\r" and block[:1] == b"\n")
        is_utf8 = is_utf8 and _decodes(decoder, block)
        last = block[-1:]
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    return _Survey(is_utf8, has_newlines and lone > 0)


def _is_ascii(path: Path) -> bool:
    """Tell whether all bytes are of ASCII and none is a return; several threads look, each until it finds one."""

    def look(span: tuple[int, int]) -> bool:
        block = np.empty(_BLOCK >> 2, np.uint8)
        with path.open("rb", buffering=0) as file:
            at = file.seek(span[0])
            while at < span[1] and (size := file.readinto(block.data)):
                at += size
                if block[:size].max() > 127 or (block[:size] == 13).any():
                    return False
        return True

    threads = os.cpu_count() or 1
    edges = np.linspace(0, path.stat().st_size, threads + 1).astype(np.int64).tolist()
    with ThreadPoolExecutor(threads) as pool:
        return all(pool.map(look, pairwise(edges)))


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    if not final and block.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _guess_legacy(path: Path) -> str:
    """Choose among UTF-8 with a few broken bytes, Windows-1252 and MacRoman."""
    windows = macintosh = multibyte = high = 0
    for number, block in enumerate(_blocks(path)):
        windows += len(block) - len(block.translate(None, _WINDOWS))
        macintosh += len(block) - len(block.translate(None, _MACINTOSH))
        runs = _MULTIBYTE.findall(block)
        multibyte += sum(map(len, runs))
        high += len(block) - len(block.translate(None, _HIGH))
        if number >= 16:
            break
    if multibyte > 0.9 * high:
        return "utf-8"
    return "mac-roman" if macintosh > windows else "windows-1252"


def _transcode(path: Path, copy: Path, encoding: str, mixed: bool) -> Prepared:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    damaged, first, held = 0, True, ""
    with copy.open("wb") as out:
        for block in _with_end(_blocks(path)):
            text = held + decoder.decode(block, final=not block)
            held = ""
            if first:
                text, first = text.removeprefix("\ufeff"), not text
            if mixed and text.endswith("\r") and block:
                text, held = text[:-1], "\r"
            if mixed:
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            damaged += text.count("\ufffd")
            out.write(text.encode("utf-8"))
    return Prepared(copy, encoding, damaged)


def _with_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield from blocks
    yield b""
