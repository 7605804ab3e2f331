"""Files out of a workspace, and maps into it."""

from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, cast

from farled.workspace.looks import Look, Shows
from farled.workspace.segmented import Where

if TYPE_CHECKING:
    from farled.maps.measure import Measuring
    from farled.maps.walk import Walk
    from farled.workspace.asking import Workspace
    from farled.workspace.files import Arrived
    from farled.workspace.measuring import Measurer
    from farled.workspace.pseudonyms import Pseudonyms


class Taking:
    """The part of a workspace that writes files of maps."""

    def draw(
        self,
        map_id: str,
        out: str | PathLike[str],
        *,
        period: str | None = None,
        segment: Where = None,
        persona: str | None = None,
        language: str | None = None,
        **look: Unpack[Look],
    ) -> Path:
        """Draw a map and its numbers into a file.

        Args:
            map_id: As for `measure`.
            out: The file; its ending says what: ``.html`` (one file that needs nothing else), ``.svg``, ``.png``,
                ``.pdf`` (the picture and every number on paper), or ``.json`` (the snapshot).
            period: As for `measure`.
            segment: As for `measure`.
            persona: As for `measure`.
            language: Of the picture: sv, nb, da or en; default: the workspace's, in memory the map's.
            look: ``view`` as for `measure`; ``theme`` (light or dark), ``scale`` of a PNG (1, 2 or 3), ``paper`` of a
                PDF (auto or a4); and what is shown: ``rows``, ``customer`` or ``typical`` (one journey), ``against``
                (a comparison), ``felt``, ``findings``, ``snapshot`` (an earlier one), as for `walk` and ``Look``.

        Raises:
            InputError: The ending is none of these.
            NotFoundError: As for `measure`, or Farled does not speak the language.
            MissingExtraError: A PNG needs the extra ``charts``, a PDF the extra ``pdf``.
        """
        from farled.workspace.files import Wanted, draw_into

        measured = {"period": period, "segment": segment, "persona": persona}
        wanted = Wanted(map_id, language, look.get("view"), measured, look)
        return draw_into(cast("Workspace", self), wanted, Path(out), look)

    def walk(
        self, map_id: str, customer: str | None = None, *, period: str | None = None, reveal: bool = False
    ) -> "Walk":
        """Return one journey on a map: that of a customer, or the typical one.

        The data of a single person is for members of the workspace: the walk names the customer by a pseudonym that
        holds in this workspace alone, unless the id is asked for.

        Args:
            map_id: As for `measure`.
            customer: Id as the events name it, with or without its type, or the pseudonym; default: the typical
                journey.
            period: In which the customer's journey began; default: the last one. Of the typical journey as for
                `measure`.
            reveal: Whether ``name`` is the id.

        Raises:
            NotFoundError: There is no such customer.
            InputError: The customer has no journey on the map, or too few journeys are alike to show a typical one.
        """
        from farled.workspace.showing import Measured, walk_of

        shows: Shows = {"customer": customer, "reveal": reveal} if customer else {"typical": True}
        walk = walk_of(cast("Workspace", self), Measured(map_id, {"period": period}), shows)
        return cast("Walk", walk)  # one of the two was asked for

    def counted(self, map_id: str, segment: Where = None, persona: str | None = None) -> "Measuring":
        """Return a map over all its journeys, to be looked at in any period; arguments as for `measure`."""
        workspace = cast("Workspace", self)
        return self._measurer.counted(workspace.map(map_id), segment, persona)

    @property
    def _measurer(self) -> "Measurer":
        raise NotImplementedError

    @cached_property
    def pseudonyms(self) -> "Pseudonyms":
        """The names under which single customers are shown."""
        from farled.workspace.pseudonyms import Pseudonyms

        return Pseudonyms.of(cast("Workspace", self).folder)

    def export(
        self,
        map_id: str,
        out: str | PathLike[str],
        language: str | None = None,
        customer: str | None = None,
        **measured: Any,
    ) -> Path:
        """Export a map into a file.

        Args:
            map_id: As for `measure`.
            out: The file; its ending says what: ``.yaml``, ``.csv`` (path and value), ``.grid.csv`` and ``.xlsx``
                (lanes and phases), ``.md``, ``.mmd`` (Mermaid journey), ``.cjml``, ``.jsonld`` (UJG, experimental),
                ``.json``.
            language: As for `draw`.
            customer: Whose journey stands beside the planned one in a ``.cjml``, under a pseudonym; as for `walk`.
            measured: ``period``, ``segment`` and ``persona``, as for `measure`.

        Raises:
            InputError: The ending is none of these, or cannot hold a customer's journey.
            NotFoundError: As for `measure`, or Farled does not speak the language.
            MissingExtraError: A workbook needs the extra ``excel``.
        """
        from farled.workspace.files import Wanted, export_into

        shows: Shows = {"customer": customer} if customer else {}
        return export_into(cast("Workspace", self), Wanted(map_id, language, None, measured, shows), Path(out))

    def import_map(
        self, file: str | PathLike[str], out: str | PathLike[str] | None = None, language: str | None = None
    ) -> "Arrived":
        """Read a map from another file and make it a new map; one that is there is never overwritten.

        Args:
            file: ``.yaml``, ``.csv`` (path and value, or lanes and phases), ``.xlsx``, ``.mmd`` (Mermaid journey) or
                ``.cjml``.
            out: The map file to write; default: among the maps of the workspace, by its id.
            language: Of the map's texts where the file does not say; default: the workspace's.

        Returns:
            What was read, what could not be placed, and the new file, or what would differ in the map that is there.

        Raises:
            NotFoundError: There is no such file.
            InputError: The file cannot be read, or is no map; each error with its line.
            MissingExtraError: A workbook needs the extra ``excel``.
        """
        from farled.workspace.files import import_into

        return import_into(cast("Workspace", self), Path(file), Path(out) if out else None, language)
