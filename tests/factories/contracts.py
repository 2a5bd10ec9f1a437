"""Comparing two contracts: what would break a client that was written for the older one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias

Part: TypeAlias = dict[str, Any]
VERBS = ("get", "put", "post", "delete", "patch", "head", "options")
LOWEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
HIGHEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# Being silent about these allows everything, so that to add or change one narrows a request.
DEMANDS = {"pattern": "request_pattern", "format": "request_format", "multipleOf": "request_bound"}


class Side(Enum):
    """Who sends what a schema describes: requests may only widen, responses only narrow."""

    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True, order=True, slots=True)
class Break:
    """One broken promise: its kind, and where it stands."""

    kind: str
    place: str


def resolved(document: Part, part: Part) -> Part:
    """Follow references to what they name."""
    while "$ref" in part:
        found: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        part = found
    return part


def breaks(old: Part, new: Part) -> list[Break]:
    """List what is broken in the new contract for clients of the old one."""
    return sorted(set(_Comparison(old, new).documents()))


def broken_since_release(folder: Path, contract: Part) -> list[Break]:
    """Compare a contract with the last one released into a folder; nothing released: no break."""
    released = list(folder.glob("*.json"))
    if not released:
        return []
    last = max(released, key=lambda path: [int(part) for part in path.stem.split(".")])
    return breaks(json.loads(last.read_text(encoding="utf-8")), contract)


@dataclass(slots=True)
class _Comparison:
    old: Part
    new: Part
    seen: set[tuple[int, int, Side]] = field(default_factory=set)

    def documents(self) -> Iterator[Break]:
        for path, old in self.old["paths"].items():
            new = self.new["paths"].get(path)
            if new is None:
                yield Break("path_removed", path)
                continue
            for verb in (verb for verb in VERBS if verb in old):
                place = f"{verb.upper()} {path}"
                if verb not in new:
                    yield Break("operation_removed", place)
                else:
                    yield from self.operations(place, (old, old[verb]), (new, new[verb]))
        yield from self.webhooks()

    def webhooks(self) -> Iterator[Break]:
        """Compare what we send by ourselves: a webhook's body is an answer to the client."""
        new = self.new.get("webhooks", {})
        for name, old in self.old.get("webhooks", {}).items():
            if name not in new:
                yield Break("webhook_removed", name)
                continue
            was, now = (item.get("post", {}).get("requestBody", {}) for item in (old, new[name]))
            yield from self.contents(Side.RESPONSE, name, was, now)

    def operations(
        self, place: str, old: tuple[Part, Part], new: tuple[Part, Part]
    ) -> Iterator[Break]:
        was, now = old[1], new[1]
        if was.get("operationId") != now.get("operationId"):
            yield Break("operation_id_changed", place)
        if not self._guarded(self.old, was) and self._guarded(self.new, now):
            yield Break("sign_in_demanded", place)
        yield from self.parameters(place, _parameters(self.old, *old), _parameters(self.new, *new))
        yield from self.bodies(place, was.get("requestBody"), now.get("requestBody"))
        yield from self.responses(place, was.get("responses", {}), now.get("responses", {}))

    @staticmethod
    def _guarded(document: Part, operation: Part) -> bool:
        ways: list[Part] = (operation if "security" in operation else document).get("security", [])
        return bool(ways) and {} not in ways

    def parameters(self, place: str, old: dict[str, Part], new: dict[str, Part]) -> Iterator[Break]:
        for name in old.keys() - new.keys():
            yield Break("parameter_removed", f"{place} {name}")
        for name, now in new.items():
            was = old.get(name)
            if now.get("required") and not (was and was.get("required")):
                yield Break("parameter_required", f"{place} {name}")
            if was:
                there = f"{place} {name}"
                yield from self.schemas(Side.REQUEST, there, was["schema"], now["schema"])

    def bodies(self, place: str, old: Part | None, new: Part | None) -> Iterator[Break]:
        was = resolved(self.old, old) if old else {}
        now = resolved(self.new, new) if new else {}
        if now.get("required") and not was.get("required"):
            yield Break("request_body_required", place)
        if was and not now:
            yield Break("request_body_removed", place)
        elif was:
            yield from self.contents(Side.REQUEST, place, was, now)

    def responses(self, place: str, old: Part, new: Part) -> Iterator[Break]:
        for status, said in old.items():
            there = f"{place} {status}"
            if status not in new:
                yield Break("response_status_removed", there)
                continue
            was, now = resolved(self.old, said), resolved(self.new, new[status])
            for header in was.get("headers", {}).keys() - now.get("headers", {}).keys():
                yield Break("response_header_removed", f"{there} {header}")
            yield from self.contents(Side.RESPONSE, there, was, now)

    def contents(self, side: Side, place: str, old: Part, new: Part) -> Iterator[Break]:
        now = new.get("content", {})
        for media, said in old.get("content", {}).items():
            if media not in now:
                yield Break(f"{side.value}_media_type_removed", f"{place} {media}")
            elif "schema" in said and "schema" in now[media]:
                yield from self.schemas(side, place, said["schema"], now[media]["schema"])

    def schemas(self, side: Side, place: str, old: Part, new: Part) -> Iterator[Break]:
        named = new.get("$ref", "").rpartition("/")[2]
        old, new = resolved(self.old, old), resolved(self.new, new)
        if (id(old), id(new), side) in self.seen:
            return
        self.seen.add((id(old), id(new), side))
        place = named or place
        was, now = _alternatives(self.old, old), _alternatives(self.new, new)
        yield from self.types(side, place, set(was), set(now))
        if side is Side.REQUEST and old.get("default") != new.get("default"):
            yield Break("request_default", place)
        for kind in was.keys() & now.keys():
            yield from _values(side, place, was[kind], now[kind])
            yield from self.inside(side, place, was[kind], now[kind])

    @staticmethod
    def types(side: Side, place: str, was: set[str], now: set[str]) -> Iterator[Break]:
        """Compare what kinds of value there may be; `any` holds all, `number` holds integers."""
        wide, narrow = (now, was) if side is Side.REQUEST else (was, now)
        if "any" in wide:
            return
        for kind in narrow - wide - ({"integer"} if "number" in wide else set()):
            yield Break(f"{side.value}_{'null' if kind == 'null' else 'type'}", place)

    def inside(self, side: Side, place: str, old: Part, new: Part) -> Iterator[Break]:
        """Compare what objects and lists hold."""
        was, now = old.get("properties", {}), new.get("properties", {})
        demanded, known = set(new.get("required", ())), set(old.get("required", ()))
        for name in was.keys() - now.keys():
            yield Break(f"{side.value}_property_removed", f"{place}.{name}")
        if side is Side.REQUEST:
            for name in demanded - known:
                yield Break("request_property_required", f"{place}.{name}")
        else:
            for name in (known - demanded) & now.keys():
                yield Break("response_property_optional", f"{place}.{name}")
        for name in was.keys() & now.keys():
            yield from self.schemas(side, f"{place}.{name}", was[name], now[name])
        for key, mark in (("items", "[]"), ("additionalProperties", ".*")):
            if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
                yield from self.schemas(side, place + mark, old[key], new[key])
        if side is Side.REQUEST and _closed(new) and not _closed(old):
            yield Break("request_closed", place)


def _closed(schema: Part) -> bool:
    return schema.get("additionalProperties") is False


def _parameters(document: Part, item: Part, operation: Part) -> dict[str, Part]:
    """Return parameters by place and name; names of headers are written in any case."""
    said = [*item.get("parameters", ()), *operation.get("parameters", ())]
    found = [resolved(document, parameter) for parameter in said]
    return {
        f"{p['in']} {p['name'].lower() if p['in'] == 'header' else p['name']}": p for p in found
    }


def _alternatives(document: Part, schema: Part) -> dict[str, Part]:
    """Return what a value may be, by type; a second of the same type gets a number."""
    found: dict[str, Part] = {}
    for one in _flat(document, schema):
        kinds = one.get("type", "any")
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            again = sum(key.partition("#")[0] == kind for key in found)
            found[f"{kind}#{again}" if again else kind] = one
    return found


def _flat(document: Part, schema: Part) -> Iterator[Part]:
    schema = resolved(document, schema)
    for part in schema.get("allOf", ()):
        schema = resolved(document, part) | schema
    many = schema.get("anyOf") or schema.get("oneOf")
    if not many:
        yield schema
    for one in many or ():
        yield from _flat(document, one)


def _values(side: Side, place: str, old: Part, new: Part) -> Iterator[Break]:
    """Compare which values of one type there may be."""
    was, now = _listed(old), _listed(new)
    wide, narrow = (now, was) if side is Side.REQUEST else (was, now)
    if side is Side.RESPONSE and old.get("x-may-grow") and now is not None:
        wide = None
    if wide is not None and (narrow is None or not narrow <= wide):
        yield Break(f"{side.value}_enum", place)
    if side is Side.RESPONSE:
        if old.get("format") not in {None, new.get("format")}:
            yield Break("response_format", place)
        return
    for key, kind in DEMANDS.items():
        if new.get(key) not in {None, old.get(key)}:
            yield Break(kind, place)
    for key in (*LOWEST, *HIGHEST):
        low, high = (old, new) if key in LOWEST else (new, old)
        if key in new and (key not in old or low[key] < high[key]):
            yield Break("request_bound", f"{place} {key}")


def _listed(schema: Part) -> set[str] | None:
    """Return a closed list's values, or None where there is no list."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else {json.dumps(value) for value in values if value is not None}
