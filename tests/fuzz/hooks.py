"""Hooks of Schemathesis: ids that are really there, a fresh Idempotency-Key, the read version.

Without them nearly every request would end at 404, 400 or 428, and the rules behind would see
nothing. What Schemathesis made wrong on purpose stays wrong.
"""

import json
import os
from pathlib import Path
from typing import Any
from uuid import uuid4
from zlib import crc32

import schemathesis

PLACES: dict[str, list[str]]
VERSIONS: dict[str, int]
PLACES, VERSIONS = json.loads(Path(os.environ["ASYSTA_FUZZ_KNOWN"]).read_text(encoding="utf-8"))
ONE_IN = 12  # one id in so many stays an invented one: 404 must hold as well


def _wrong(case: Any) -> set[str]:
    """Name the parts of the request that are wrong on purpose."""
    parts = case.meta.components if case.meta else {}
    return {str(place.value) for place, part in parts.items() if part.mode.name == "NEGATIVE"}


def _choose(name: str, made: object) -> object:
    """Choose a known id by what was made, so that the same case asks for the same row."""
    known, number = PLACES.get(name, []), crc32(str(made).encode())
    return known[number % len(known)] if known and number % ONE_IN else made


def _point(case: Any) -> None:
    """Point the path, and ids in the body, at rows that are there."""
    wrong = _wrong(case)
    if "path" not in wrong:
        case.path_parameters = {
            name: _choose(name, made) for name, made in (case.path_parameters or {}).items()
        }
    if "body" not in wrong and isinstance(case.body, dict):
        case.body = {
            name: _choose(name, said) if name.endswith("_id") else said
            for name, said in case.body.items()
        }


def before_call(_context: Any, case: Any, _arguments: dict[str, Any]) -> None:
    """Complete a request before it is sent."""
    _point(case)
    if "header" in _wrong(case) or not case.headers:
        return
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
    if "If-Match" in case.headers:
        ids = list((case.path_parameters or {}).values())
        version = VERSIONS.get(str(ids[-1]) if ids else "", 1)
        case.headers["If-Match"] = f'"{version}"'


def after_call(_context: Any, _case: Any, response: Any) -> None:
    """Remember the version of what was answered."""
    tag = response.headers.get("etag", [""])[0].strip('"')
    if response.status_code < 300 and tag.isdecimal():
        VERSIONS[str(response.json()["id"])] = int(tag)


schemathesis.hook("before_call")(before_call)
schemathesis.hook("after_call")(after_call)
