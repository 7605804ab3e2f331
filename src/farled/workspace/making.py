"""New maps of a workspace: after a template, or as the plan of another one; and maps side by side."""

from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, cast

from farled.errors import InputError

if TYPE_CHECKING:  # a question must not pay for them
    from farled.maps.crosswalk import Crossed
    from farled.maps.templates.advisor import Advice
    from farled.workspace.asking import Workspace

TYPE = "purchase"


class Making:
    """The part of a workspace that makes maps."""

    def new_map(
        self,
        map_id: str,
        template: str | None = None,
        *,
        language: str | None = None,
        journey_type: str = TYPE,
        title: str | None = None,
        out: str | PathLike[str] | None = None,
    ) -> Path:
        """Write a new map after a template: complete, with comments, and valid.

        Args:
            map_id: Its id.
            template: Name of the template, such as ``loyalty5`` (the default) or ``b2b6``.
            language: Of texts and comments: sv, nb, da or en; default: the workspace's.
            journey_type: Fills goal, guards, metrics and KPIs: purchase, lead_generation, engagement, retention or
                service.
            title: Of the map; default: what its type of journey is called.
            out: The file; default: among the maps of the workspace. One that is there is never overwritten.

        Raises:
            NotFoundError: There is no such template or type.
            InputError: The id is none or taken, or the language is not shipped.
        """
        from farled.maps.load import write_text
        from farled.maps.templates.data import DEFAULT
        from farled.maps.templates.writing import new_map

        path = self._place(map_id, out)
        text = new_map(
            map_id,
            template or DEFAULT,
            language=language or self._whole.language,
            journey_type_id=journey_type,
            title=title,
            today=date.today(),
        )
        write_text(text, path)
        return path

    def plan_map(
        self, map_id: str, base: str, *, title: str | None = None, out: str | PathLike[str] | None = None
    ) -> Path:
        """Write the plan of a map (``state: to_be``): a copy to be changed, with its translations.

        Args:
            map_id: Of the plan.
            base: Id of the map that it changes.
            title: Of the plan; default: the other's with the word *planned*.
            out: As for `new_map`.

        Raises:
            NotFoundError: There is no such map.
            InputError: The id is none or taken.
        """
        from farled.maps.load import loads, text_of, write_text
        from farled.maps.planned import planned_map, planned_sidecar

        whole = self._whole
        source = whole.map_path(base)
        path = self._place(map_id, out)
        text = planned_map(text_of(source), map_id, title)
        made = loads(text, str(path), whole.catalog)
        write_text(text, path)
        for sidecar in sorted(source.parent.joinpath("i18n").glob(f"{source.stem}.*.yaml")):
            told = planned_sidecar(text_of(sidecar), whole.map(base).map.title, made.map.title)
            language = sidecar.suffixes[-2] if len(sidecar.suffixes) > 1 else ""
            (path.parent / "i18n").mkdir(exist_ok=True)
            write_text(told, path.parent / "i18n" / f"{path.stem}{language}.yaml")
        return path

    def cross_maps(self, first: str, second: str, period: str | None = None) -> "Crossed":
        """Return two measured maps side by side, also of different phase models: over the parts that both cover.

        Args:
            first: Id of a map.
            second: Id of another.
            period: As for `measure`.

        Raises:
            NotFoundError: There is no such map.
            InputError: Their phases do not say what they cover, or they have nothing in common.
        """
        from farled.maps.crosswalk import crossed

        whole = self._whole
        one, other = whole.map(first), whole.map(second)
        return crossed(one, whole.measure(first, period), other, whole.measure(second, period))

    def advise_type(self, **answers: str) -> "Advice":
        """Return which type of journey fits, by answers to the advisor's questions and the events that there are.

        Args:
            answers: Option by question; `farled.maps.templates.advisor.advice_questions` has them.

        Raises:
            NotFoundError: There is no such question or option.
        """
        from farled.maps.templates.advisor import advise

        return advise(answers, self._whole.names)

    @property
    def _whole(self) -> "Workspace":
        return cast("Workspace", self)  # the only class made of this part

    def _place(self, map_id: str, out: str | PathLike[str] | None) -> Path:
        """Return the file of a new map."""
        folder = self._whole.folder
        path = Path(out) if out else (folder.maps if folder else Path()) / f"{map_id}.yaml"
        if path.exists():
            raise InputError(f"{path} exists already.", "Name another id, or remove the file.")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
