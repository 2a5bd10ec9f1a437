"""What the contract says of its schemas' sizes by their form; every other bound says its field.

Nothing is bounded by guess: an unbounded text, number or list of a request or an answer is for the
tests to find.
"""

from collections.abc import Callable

from app.api.contract.walk import Part, within

# The longest text of a format: a uuid, a day, an instant with offset and microseconds, a time.
LENGTHS = {"uuid": 36, "date": 10, "date-time": 40, "time": 21}


def bound(schema: Part) -> None:
    """Say the sizes that follow from the form of a schema and of all within it."""
    for part in within(schema):
        part.pop("title", None)  # Python's spelling of the name once more
        kinds = part.get("type", ())
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            if kind in SIZES:
                SIZES[kind](part)


def _size_of_text(schema: Part) -> None:
    if schema.get("format") in LENGTHS:
        schema.setdefault("maxLength", LENGTHS[schema["format"]])


def _size_of_number(schema: Part) -> None:
    for key in {"minimum", "maximum"} & schema.keys():
        schema[key] = int(schema[key])
    schema.setdefault("format", "int32")


SIZES: dict[str, Callable[[Part], None]] = {"string": _size_of_text, "integer": _size_of_number}
