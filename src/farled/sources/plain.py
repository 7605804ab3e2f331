"""A mapping for files of events that need none: each row is an event, each role one column."""

from collections.abc import Sequence

from farled.sources.guess import Guess, plain
from farled.sources.kinds import as_text
from farled.sources.mapping_file import parse
from farled.sources.mapping_model import Mapping
from farled.sources.roles import Columns, Options, Roles, decide_roles
from farled.sources.scan import Scan
from farled.sources.sheet import Setting

_TYPES = {
    "email": ("email", "emailaddress", "epost", "epostadress", "epostadresse", "mail", "mailadresse"),
    "anonymous_id": ("anonymousid", "visitorid", "visitor", "userpseudoid", "distinctid"),
    "device_id": ("deviceid",),
}


def plain_mapping(
    scans: Sequence[Scan], columns: Columns, options: Options, setting: Setting | None
) -> tuple[Mapping, Setting, list[Guess]]:
    """Write the mapping that a file of events needs.

    Args:
        scans: The files, of the same columns.
        columns: Which column is what; what is not said is guessed.
        options: How values are written.
        setting: Name of the import, zone and currency of the workspace.

    Raises:
        NotFoundError: A column named does not exist.
        InputError: A column that is needed cannot be told.
    """
    base = setting or Setting()
    zoned = Options(
        time_zone=options.time_zone or (None if setting is None else base.zone),
        time_format=options.time_format,
        decimal=options.decimal or base.decimal,
        delimiter=options.delimiter,
    )
    roles, report = decide_roles(scans, columns, zoned)
    taken = roles.columns
    others = [name for name in scans[0].columns if name not in taken.values()]
    kind = identifier_type(taken["customer"], scans[0])
    report.append(Guess("identifier", kind, f"by the name and values of column {taken['customer']!r}"))
    event: dict[str, object] = {
        "name": {"column": taken["name"]},
        "properties": list(others if columns.properties is None else columns.properties),
    }
    formats = roles.form.formats if roles.form and roles.form.kind == "formats" else ()
    if roles.form is not None and roles.form.kind != "formats":
        formats = (roles.form.kind,)
    for role in ("value", "account"):
        if role in taken:
            event[role] = taken[role]
    if "channel" in taken:
        event["channel"] = {"column": taken["channel"]}
    if "text" in taken:
        event["text"] = [taken["text"]]
    if "currency" in taken or "currency" in roles.fixed:
        event["currency"] = {"column": taken["currency"]} if "currency" in taken else roles.fixed["currency"]
    if "score" in taken:
        event["score"] = {"column": taken["score"], "scale": _scale(roles)}
    table = {
        "time": {"column": taken["time"], "formats": list(formats), "zone": roles.zone},
        "identifiers": [{"type": kind, "column": taken["customer"]}],
        "events": [event],
    }
    made = parse({"preset": 1, "id": "events", "tables": [table]})
    final = Setting(roles.zone, base.currency, zoned.decimal, taken.get("event_id"), base.block)
    return made, final, report


def _scale(roles: Roles) -> dict[str, str] | str | None:
    return {"column": roles.columns["scale"]} if "scale" in roles.columns else roles.fixed.get("scale")


def identifier_type(column: str, scan: Scan) -> str:
    """Return the type of identifier that a column of customers holds, by its name and its first values."""
    name = plain(column)
    for kind, names in _TYPES.items():
        if name in names:
            return kind
    sample = scan.sample(100)
    if column not in sample.column_names:
        return "user_id"
    texts = [text for text in as_text(sample[column], column).to_pylist() if text]
    return "email" if texts and all("@" in text.strip("@") for text in texts) else "user_id"
