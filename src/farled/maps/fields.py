"""What a map file is made of: ids, texts, spans, conditions, and the record that refuses unknown keys."""

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, ErrorDetails, InitErrorDetails, PydanticCustomError, core_schema

from farled.errors import InputError
from farled.figures.icons import icons
from farled.journeys.conditions import Condition, Over, examine, nearest, plain
from farled.spans import microseconds

FREE_KEYS = "x-"


class Translatable:
    """Marks a text in the map's language, which a translation may replace."""


class Record(BaseModel):
    """A mapping of the file: unknown keys are errors, those that begin with ``x-`` are ignored."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        serialize_by_alias=True,
        arbitrary_types_allowed=True,
        json_schema_extra={"patternProperties": {f"^{FREE_KEYS}": {}}},
    )

    @classmethod
    def keys(cls) -> list[str]:
        """Return the keys as they stand in a file."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @model_validator(mode="wrap")
    @classmethod
    def _check_keys(cls, value: object, handler: ModelWrapValidatorHandler["Record"]) -> "Record":
        if not isinstance(value, Mapping):
            return handler(value)
        known = {*cls.keys(), *cls.model_fields}
        unknown = [key for key in value if key not in known and not str(key).startswith(FREE_KEYS)]
        faults = [_unknown_key(key, value[key], cls.keys()) for key in unknown]
        try:
            record = handler({key: inner for key, inner in value.items() if key in known})
        except ValidationError as error:
            meant = {near for key in unknown for near in get_close_matches(str(key), known, n=2)}
            faults += [
                _again(line) for line in error.errors() if line["type"] != "missing" or line["loc"][0] not in meant
            ]
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return record


def fault(message: str, hint: str) -> PydanticCustomError:
    """Return an error for a validator to raise, with what to do."""
    return PydanticCustomError("farled", cast("Any", "{message}"), {"message": message, "hint": hint})


def _unknown_key(key: object, value: object, known: Iterable[str]) -> InitErrorDetails:
    error = fault(f"{key!r} is not a key here.", nearest(key, known))
    return InitErrorDetails(type=error, loc=(str(key),), input=value)


def _again(line: ErrorDetails) -> InitErrorDetails:
    kind = line["type"] if line["type"] != "farled" else fault(**line["ctx"])
    details = InitErrorDetails(type=kind, loc=line["loc"], input=line["input"])
    return {**details, "ctx": line["ctx"]} if "ctx" in line and line["type"] != "farled" else details


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def check_span(text: str) -> str:
    """Return a span as it is, once it is sure that it is one."""
    try:
        microseconds(text)
    except InputError as error:
        raise fault(error.message, error.hint) from error
    return text


class _Shipped:
    """Takes the name of an icon that is shipped."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": sorted(icons())}

    def _check(self, name: str) -> str:
        if name not in icons():
            raise fault(f"There is no icon {name!r}.", nearest(name, sorted(icons())))
        return name


class _ConditionOver:
    """Reads a condition with the grammar of ``farled.journeys.conditions``."""

    def __init__(self, over: Over) -> None:
        self.over = over

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        serialise = core_schema.plain_serializer_function_ser_schema(plain)
        return core_schema.no_info_plain_validator_function(self._read, serialization=serialise)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "object", "description": f"A condition over one {self.over}."}

    def _read(self, value: object) -> Condition:
        if isinstance(value, Condition):
            return value
        condition, faults = examine(value, self.over)
        if condition is not None:
            return condition
        lines = [InitErrorDetails(type=fault(f.message, f.hint), loc=f.keys, input=f.value) for f in faults]
        raise ValidationError.from_exception_data("condition", lines)


def _sources(value: object) -> object:
    return () if value == "assumed" else value


def _as_based(value: tuple[str, ...]) -> str | list[str]:
    return list(value) if value else "assumed"


def _some(value: object) -> object:
    if isinstance(value, list | tuple) and not value:
        raise fault("The list is empty.", "Remove the key, or list at least one.")
    return value


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strict=True, min_length=1), AfterValidator(_nfc), Translatable()]
Plain = Annotated[str, StringConstraints(strict=True, min_length=1), AfterValidator(_nfc)]
Id = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_-]*$")]
Icon = Annotated[str, StringConstraints(strict=True), _Shipped()]
Span = Annotated[str, StringConstraints(strict=True), AfterValidator(check_span)]
Lever = Annotated[str, StringConstraints(strict=True, pattern=r"^L(0[1-9]|1\d|2[0-4])$")]
Language = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Whole = StrictInt
YesNo = StrictBool
Listed = BeforeValidator(_some)
Texts = Annotated[tuple[Text, ...], Listed]
Ids = Annotated[tuple[Id, ...], Listed]
OneOrMoreIds = Annotated[tuple[Id, ...], BeforeValidator(_one_or_more), Listed]
Based = Annotated[
    tuple[Id, ...],
    BeforeValidator(_sources),
    PlainSerializer(_as_based),
    WithJsonSchema({"anyOf": [{"const": "assumed"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
EventCondition = Annotated[Condition, _ConditionOver("event")]
Segment = Annotated[Condition, _ConditionOver("customer")]
