"""Operations that are going to leave: announced in the contract and in each of their answers.

`@router.get(…, **retired(on=…, sunset=…, successor="list_cases"))` marks one. From then on every
answer of it, refusals included, carries `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a `Link`
to its successor (RFC 5829). The day of the sunset is a promise of the earliest end and no switch:
the operation goes on answering until a release takes it out, and no client breaks by the clock.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any, TypeAlias
from urllib.parse import quote

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.paths import Paths
from app.domain.calendar import months_after

Part: TypeAlias = dict[str, Any]
Headers: TypeAlias = list[tuple[bytes, bytes]]
# The headers and the successor's path of each retired operation, by operationId.
Retiring: TypeAlias = dict[str, tuple[Headers, str]]
NOTE = "x-retirement"
LEAST_MONTHS = 6
MOST_MAJORS = 2
_MAJOR = re.compile(r"/api/(v[0-9]+)/")
_VARIABLE = re.compile(r"\{(\w+)\}")
_TOLD: dict[str, tuple[str, Part]] = {
    "Deprecation": (
        "Since when this operation is deprecated (RFC 9745): `@` and seconds since 1970",
        {"type": "string", "maxLength": 20, "pattern": "^@[0-9]+$"},
    ),
    "Sunset": (
        "From when on this operation may be gone (RFC 8594)",
        {"type": "string", "maxLength": 29, "pattern": "^[A-Z][a-z]{2}, .* GMT$"},
    ),
    "Link": (
        'What takes its place, `rel="successor-version"`; on a page also `rel="next"` (RFC 8288)',
        {"type": "string", "maxLength": 4_000, "pattern": '^<[^>]+>; rel="'},
    ),
}


class WrongRetirement(ValueError):
    """A retirement is declared in a way that the contract doesn't promise; nothing is served."""


def retired(*, on: date, sunset: date, successor: str) -> Part:
    """Say that an operation is deprecated from a day, may end at another, and what replaces it.

    `successor` is the operationId to use instead. Refused where clients would have less than six
    months to move.
    """
    if sunset < months_after(on, LEAST_MONTHS):
        raise WrongRetirement(
            f"Deprecated on {on}, gone on {sunset}: clients have {LEAST_MONTHS} months at least,"
            f" so the sunset is {months_after(on, LEAST_MONTHS)} or later."
        )
    note = {"deprecated_on": str(on), "sunset_on": str(sunset), "successor": successor}
    return {"deprecated": True, "openapi_extra": {NOTE: note}}


class Farewells:
    """Adds the headers of a retirement to every answer of a retired operation.

    It stands outside of the fence, so that a body too large (413) and our own error (500) carry
    them too. Where nothing is retired it passes requests on untouched.
    """

    def __init__(self, app: ASGIApp, paths: Paths, retiring: Retiring) -> None:
        """Wrap the application; `paths` tell which operation is meant before it is reached."""
        self.app, self.paths, self.retiring = app, paths, retiring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not self.retiring:
            await self.app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers(scope)]
            await send(message)

        await self.app(scope, receive, told)

    def _headers(self, scope: Scope) -> Headers:
        _, route, parameters = self.paths.find(scope)
        if route is None or str(route.operation_id) not in self.retiring:
            return []
        fixed, successor = self.retiring[str(route.operation_id)]
        link = f'<{successor.format_map(_quoted(parameters))}>; rel="successor-version"'
        return [*fixed, (b"link", link.encode())]


def _quoted(values: Part) -> dict[str, str]:
    return {name: quote(str(value), safe="") for name, value in values.items()}


def retiring(routes: Iterable[BaseRoute]) -> Retiring:
    """Return the headers and the successor's path of every retired operation, by operationId.

    Refuses with WrongRetirement what can't be kept: deprecated without days, a successor that is
    unknown, retired itself or needs an id which the old address doesn't have, a third major.
    """
    known = {str(r.operation_id): r for r in routes if isinstance(r, APIRoute)}
    majors = {found[1] for r in known.values() if (found := _MAJOR.match(r.path))}
    if len(majors) > MOST_MAJORS:
        raise WrongRetirement(f"At most {MOST_MAJORS} major versions are served: {sorted(majors)}.")
    return {name: _farewell(r, known) for name, r in known.items() if r.deprecated}


def _farewell(route: APIRoute, known: dict[str, APIRoute]) -> tuple[Headers, str]:
    note = (route.openapi_extra or {}).get(NOTE)
    if note is None:
        raise WrongRetirement(
            f"{route.operation_id} is deprecated without days: write `**retired(on=…, sunset=…,"
            " successor=…)` in place of `deprecated=True`."
        )
    successor = known.get(note["successor"])
    if successor is None or successor.deprecated:
        raise WrongRetirement(
            f"{route.operation_id}: its successor {note['successor']!r} is no operation that stays."
        )
    missing = set(successor.param_convertors) - set(route.param_convertors)
    if missing:
        raise WrongRetirement(
            f"{route.operation_id}: the address of its successor {note['successor']} needs"
            f" {sorted(missing)}, which its own doesn't have."
        )
    fixed = [
        (b"deprecation", f"@{int(_midnight(note['deprecated_on']).timestamp())}".encode()),
        (b"sunset", format_datetime(_midnight(note["sunset_on"]), usegmt=True).encode()),
    ]
    return fixed, successor.path_format


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)


def announce(document: Part) -> None:
    """Complete a hardened contract in place: say of each retired operation what its headers say."""
    every = {
        operation["operationId"]: (verb, path, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
    }
    for _, _, operation in every.values():
        if NOTE in operation:
            note = operation[NOTE]
            verb, path, _ = every[note["successor"]]
            operation["description"] += (
                f"\n\nDeprecated since {note['deprecated_on']}; use `{note['successor']}`"
                f" (`{verb.upper()} {path}`). It answers until {note['sunset_on']} at least, and"
                " after that until a release takes it out."
            )
            _tell_headers(document["components"], operation)


def _tell_headers(components: Part, operation: Part) -> None:
    """Document the headers at each answer; a shared one is written out, it differs now."""
    components["headers"] = components["headers"] | {
        f"Retired{name}": {"description": text, "schema": schema}
        for name, (text, schema) in _TOLD.items()
    }
    told = {name: {"$ref": f"#/components/headers/Retired{name}"} for name in _TOLD}
    for status, answer in operation["responses"].items():
        said = (
            components["responses"][answer["$ref"].split("/")[-1]] if "$ref" in answer else answer
        )
        operation["responses"][status] = said | {"headers": said["headers"] | told}
