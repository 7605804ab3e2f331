"""How a picture of a map is to look, and what it shows."""

from typing import TypedDict


class Shows(TypedDict, total=False):
    """What a picture shows beside map and numbers.

    Attributes:
        rows: Which rows, with commas: ``goal,lanes``; with ``+`` or ``-`` before every name more or fewer than usual.
        customer: Id of a customer whose own journey is drawn.
        typical: Whether the typical journey is drawn.
        reveal: Whether the customer's id stands in the picture; else a pseudonym does.
        against: What is compared with: a period, ``persona=ID``, ``segment=ID``, or the file of a snapshot.
        felt: Which feeling: ``both``, ``claimed``, ``measured`` or ``difference``.
        findings: Whether open findings of the audit are shown; default: in a workspace folder.
        snapshot: An earlier snapshot that is drawn as it was kept: its file, or its period.
    """

    rows: str
    customer: str
    typical: bool
    reveal: bool
    against: str
    felt: str
    findings: bool
    snapshot: str


class Look(Shows, total=False):
    """How a picture of a map is written, and what it shows.

    Attributes:
        view: Part of a map.
        theme: ``light`` or ``dark``; a PDF is always light.
        scale: Pixels of a PNG per unit of the picture: 1, 2 or 3.
        paper: Of a PDF: ``auto`` (A3 to A0, as large as its text needs) or ``a4`` (one phase per sheet).
    """

    view: str | None
    theme: str
    scale: int
    paper: str
