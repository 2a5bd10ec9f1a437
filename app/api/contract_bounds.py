"""Bounds of the contract's schemas: forms have the length of their form, the rest says its own.

Requests are bounded where their fields are declared; here only what leaves gets a bound by default.
"""

from collections.abc import Callable

from app.api.contract_walk import Part, within
from app.domain.fields import NO_CONTROL

INT32 = 2**31 - 1
# The longest text of a format: a uuid, a day, an instant with offset and microseconds, a time.
LENGTHS = {"uuid": 36, "date": 10, "date-time": 40, "time": 21}
# Texts and lists that leave come from tables that bound them (the longest text is a Note); the
# exact bound of each stands there, so this one only tells clients how much to be ready for.
LONGEST_TEXT = 20_000
LONGEST_LIST = 10_000


def bound(schema: Part, *, leaves: bool) -> None:
    """Bound a schema and all within it; `leaves` allows the bounds by default."""
    for part in within(schema):
        part.pop("title", None)  # Python's spelling of the name once more
        kinds = part.get("type", ())
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            if kind in BOUNDS:
                BOUNDS[kind](part, leaves)


def _bound_text(schema: Part, leaves: bool) -> None:
    if schema.keys() & {"enum", "const"}:
        return
    if schema.get("format") in LENGTHS:
        schema.setdefault("maxLength", LENGTHS[schema["format"]])
    elif leaves:
        schema.setdefault("maxLength", LONGEST_TEXT)
        if "format" not in schema:
            schema.setdefault("pattern", NO_CONTROL)


def _bound_number(schema: Part, leaves: bool) -> None:
    for key in {"minimum", "maximum"} & schema.keys():
        schema[key] = int(schema[key])
    if leaves:  # every whole number of the tables is PostgreSQL's `integer`
        schema.setdefault("minimum", -INT32 - 1)
        schema.setdefault("maximum", INT32)
    schema.setdefault("format", "int32")


def _bound_list(schema: Part, leaves: bool) -> None:
    if leaves:
        schema.setdefault("maxItems", LONGEST_LIST)


def _bound_object(schema: Part, leaves: bool) -> None:
    if leaves and "properties" in schema:
        schema.setdefault("additionalProperties", False)
    elif leaves:
        schema.setdefault("maxProperties", 1_000)


BOUNDS: dict[str, Callable[[Part, bool], None]] = {
    "string": _bound_text,
    "integer": _bound_number,
    "array": _bound_list,
    "object": _bound_object,
}
