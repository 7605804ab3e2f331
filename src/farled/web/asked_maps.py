"""Which map a reader asked for: measured when and of whom, shown how, with what open beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

from farled.maps.draw.showing import QUIET, ROWS, USUAL, WALKED, Showing
from farled.maps.model import MapFile
from farled.maps.views import CUSTOMER_SIDE, shown, view_named
from farled.web.reader import map_of, reader_of, workspace_of
from farled.workspace.looks import Shows
from farled.workspace.showing import Measured, showing_of

WHOM: Final = ("period", "persona", "segment")
SHOWS: Final = ("against", "felt", "customer")
VIEW: Final = "view"


@dataclass(frozen=True, slots=True)
class Asked:
    """A map as it was asked for.

    Attributes:
        map: What people say.
        snapshot: What was measured; None in a workspace without events.
        filters: All that the address says of numbers and picture, where given.
        showing: What the picture shows beside map and numbers.
        open: Id of the mark whose panel is open; empty: none.
        lacks_findings: The audit of today is not ready, and the page does not wait for it.
    """

    map: MapFile
    snapshot: dict[str, Any] | None
    filters: Mapping[str, str]
    showing: Showing
    open: str
    lacks_findings: bool = False

    @property
    def address(self) -> str:
        """Path of the map's page."""
        return f"/maps/{self.map.map.id}"

    @property
    def measured(self) -> dict[str, str]:
        """Period, persona and segment, where given."""
        return {name: value for name, value in self.filters.items() if name in WHOM}

    def query(self, **more: str) -> str:
        """Return the address's query with some values changed; an empty value leaves one out."""
        return urlencode({name: value for name, value in {**self.filters, **more}.items() if value})

    @property
    def rows(self) -> list[tuple[str, str, bool]]:
        """The rows that may be shown: id, name, and whether they are."""
        return [(id_, name, id_ in self.showing.rows) for id_, name in ROWS.items()]

    @property
    def has_own_rows(self) -> bool:
        """Whether the reader chose rows."""
        usual = (USUAL, WALKED, USUAL | QUIET)
        return self.showing.rows not in (*usual, *(rows - CUSTOMER_SIDE for rows in usual))


def asked(request: Request, waits: bool = True) -> Asked:
    """Read a request for a map.

    Args:
        request: Names the map.
        waits: Whether findings are waited for where the map was not audited today; ``?findings=now`` waits too.

    Raises:
        NotFoundError: There is no such map, view, persona, segment, customer or row.
        InputError: A period or comparison cannot be read.
    """
    workspace, language = workspace_of(request), reader_of(request).language
    map_ = map_of(request, request.path_params["id"])
    given = {name: request.query_params.get(name, "").strip() for name in (*WHOM, *SHOWS, VIEW)}
    given["rows"] = ",".join(part for part in request.query_params.getlist("rows") if part)
    given["typical"] = "1" if request.query_params.get("typical") else ""
    if given[VIEW]:
        given[VIEW] = view_named(given[VIEW])
    filters = {name: value for name, value in given.items() if value}
    whom = {name: value for name, value in filters.items() if name in WHOM}
    view = filters.get(VIEW)
    snapshot = workspace.measure(map_.map.id, view=view, **whom) if workspace.events else None
    shows: Shows = {name: value for name, value in filters.items() if name not in (*WHOM, VIEW)}  # type: ignore[assignment]  # by name
    lacks = False
    if not workspace.events:
        shows = {"findings": False}
    elif not waits and request.query_params.get("findings") != "now" and workspace.folder is not None:
        lacks = not workspace.is_audited(map_.map.id, **whom)
        shows = {**shows, "findings": not lacks}
    showing = showing_of(workspace, Measured(map_.map.id, whom, language, view), shows)
    map_ = shown(map_, view_named(view)) if view else map_
    return Asked(map_, snapshot, filters, showing, request.query_params.get("open", ""), lacks)
