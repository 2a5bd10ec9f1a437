"""The corpus of hostile input: what may be said wrongly in any place of any request."""

import json
from collections.abc import Iterator
from typing import Any

from tests.stories.contract import CONTRACT, DOCUMENT, Operation

# In every hostile text, so that an echo is seen; as a PESEL it would be a personal one.
MARK = "90020212345"
LARGEST = 262_144
# As they stand in JSON, between the quotation marks.
TEXTS = {
    "a lone surrogate": f"\\ud800{MARK}",
    "surrogates the wrong way round": f"{MARK}\\udfff\\ud800",
    "NUL": f"{MARK}\\u0000",
    "a terminal's command": f"\\u001b[2J{MARK}",
}
NUMBERS = {
    "ten to the 400th": "1" + "0" * 400,
    "below the least": "-" + "9" * 30,
    "a float": "1.5",
    "an integer as a float": "7.0",
    "beyond floats": "1e400",
    "a text": f'"{MARK}"',
    "yes": "true",
    "nested": f'[["{MARK}"]]',
}
WORDS = (
    "Matka mówi: „Zażółć gęślą jaźń”; 'select' * from visit; -- DROP TABLE \"x\" 👩‍👧"
    " & <b>łóżko</b>\n"
)
LONG = (WORDS * 300)[:19_999].strip().ljust(20_000, "ź")
_SLOT = "7d3b1c52-hostile"
Part = dict[str, Any]


def bodied() -> list[Operation]:
    """Return the operations that take a body."""
    return [operation for operation in CONTRACT.values() if operation.body is not None]


def example(operation: Operation) -> Part:
    """Return the first example of an operation's body."""
    said = operation.said["requestBody"]["content"][operation.body]
    found: Part = next(iter(said["examples"].values()))["value"]
    return found


def shape(schema: Part) -> Part:
    """Follow references, and choose what is not null."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
    return schema


def schema_of(operation: Operation) -> Part:
    """Return the shape of an operation's body."""
    return shape(operation.said["requestBody"]["content"][operation.body]["schema"])


def fields(operation: Operation) -> Iterator[tuple[str, Part]]:
    """Yield the fields of an operation's body with their shapes."""
    for name, schema in schema_of(operation).get("properties", {}).items():
        yield name, shape(schema)


def places(said: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each plain value in a body."""
    if isinstance(said, dict | list):
        pairs = said.items() if isinstance(said, dict) else enumerate(said)
        for key, value in pairs:
            yield from ((key, *way) for way in places(value))
    else:
        yield ()


def shape_at(schema: Part, way: tuple[Any, ...]) -> Part:
    """Return the shape of the value at the end of a way."""
    for step in way:
        schema = shape(schema["items"] if isinstance(step, int) else schema["properties"][step])
    return schema


def refused_there(schema: Part, turn: int) -> Iterator[tuple[str, str]]:
    """Yield what is wrong at a value of this shape, as it stands in JSON.

    Each value gets a lone surrogate, and of the other texts and numbers one in turn.
    """
    texts, numbers = list(TEXTS), list(NUMBERS)
    if schema.get("type") == "boolean":
        numbers.remove("yes")
    if schema.get("type") == "string" and not {"enum", "format"} & schema.keys():
        numbers.remove("a text")
    for kind in (texts[0], texts[1 + turn % (len(texts) - 1)]):
        yield kind, f'"{TEXTS[kind]}"'
    kind = numbers[turn % len(numbers)]
    yield kind, NUMBERS[kind]


def spoilt(said: Part, way: tuple[Any, ...], hostile: str) -> bytes:
    """Return a body in which one value is replaced by JSON text, however wrong."""
    body = json.loads(json.dumps(said))
    place = body
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = _SLOT
    return json.dumps(body).replace(f'"{_SLOT}"', hostile).encode()


def hostile_bodies(operation: Operation) -> Iterator[tuple[str, bytes]]:
    """Yield every hostile body of an operation with its name."""
    said = example(operation)
    ways = {*places(said), *((name,) for name, _ in fields(operation))}
    for turn, way in enumerate(sorted(ways, key=str)):
        for kind, text in refused_there(shape_at(schema_of(operation), way), turn):
            yield f"{kind} in {way}", spoilt(said, way, text)
    yield from whole_bodies(said)


def whole_bodies(said: Part) -> Iterator[tuple[str, bytes]]:
    """Yield bodies that are wrong as a whole."""
    good = json.dumps(said, ensure_ascii=False)
    wide = ",".join(f'"a{n}":{n}' for n in range(17_000))
    for left, right in (("[", "]"), ('{"a":', "}")):
        yield f"deep {left}", (left * 10_000 + "1" + right * 10_000).encode()
        yield f"deep {left} in a field", f'{{"a":{left * 10_000}1{right * 10_000}}}'.encode()
    yield "wide", f"{{{wide}}}".encode()
    yield "a long list", f"[{','.join('1' * 100_000)}]".encode()
    yield "a name of a lone surrogate", f'{{"\\ud800{MARK}":1}}'.encode()
    yield "a name of NUL", f'{{"\\u0000{MARK}":1}}'.encode()
    yield "an unknown name", f'{{"{MARK}":"{MARK}"}}'.encode()
    for name, value in list(said.items())[:1]:
        again = json.dumps({name: value})[1:]
        yield "a name that comes twice", f"{good[:-1]}, {again}".encode()
    yield "a good body and more", f"{good}{good}".encode()
    yield "UTF-16", good.encode("utf-16")
    yield "UTF-32", good.encode("utf-32")
    yield "Latin-2", f'{{"a":"ę{MARK}"}}'.encode("iso-8859-2")
    yield "half a sign of UTF-8", f'{{"a":"{MARK}ę"}}'.encode()[:-3]
    yield "a byte order mark", f"\ufeff{good}".encode()
    for number in ("NaN", "Infinity", "-Infinity", "1_000", "0x1F", "01", "+1"):
        yield number, f'{{"a":{number}}}'.encode()
    yield "nothing but spaces", b" " * 1_000
    yield "NUL itself", b"\x00"
