"""Hooks of Schemathesis: ids that are really there, a fresh Idempotency-Key, the read version.

Without them nearly every request would end at 404, 400 or 428, and the rules behind would see
nothing. What Schemathesis made wrong on purpose stays wrong, and what it learned from an answer
(a pool's draw, a link) stays what it is: only so can it tell whose row it asked for.
"""

from typing import Any
from uuid import uuid4
from zlib import crc32

import schemathesis
from schemathesis.resources import PoolDraw

from tests.fuzz import checks, known

__all__ = ["checks"]
# Of sixteen ids one is nobody's, one another centre's, one the centre's but not for this person:
# their 404 must hold as well.
POOLS = {1: known.ROWS["abroad"], 2: known.ROWS["unseen"]}
OF_THE_FAMILY = frozenset(
    {"present", "participants", "signer_ids", "by", "signed_by", "person_id", "signer_id"}
)
MOVES = frozenset({"PATCH /api/v1/families/{family_id}", "POST /api/v1/signals"})


def _learned(case: Any) -> set[str]:
    """Name the path's parameters that came from an earlier answer."""
    drawn = {draw.parameter_name for draw in case.meta.pool_draws} if case.meta else set()
    return drawn | set(case._override.path_parameters)


def _choose(name: str, made: object) -> Any:
    """Choose a known id by what was made, so that the same case asks for the same row."""
    number, seen = crc32(str(made).encode()), known.ROWS["seen"].get(name)
    ids = POOLS.get(number % 16, {}).get(name) or seen
    if str(made) in known.settled or not ids or number % 16 == 0:
        return made
    return ids[number // 16 % len(ids)]


def _other(name: str) -> str:
    """Return somebody who does not take part."""
    return str(next(id_ for id_ in known.ROWS["seen"][name] if id_ not in known.PROTECTED))


def _member(case: Any, made: object) -> Any:
    """Choose a member of the family that the path points at."""
    families = [known.FAMILIES[id_] for id_ in known.rows_of(case) if id_ in known.FAMILIES]
    ids = known.ROWS["people"].get(families[0] if families else "")
    number = crc32(str(made).encode())
    return ids[number % len(ids)] if ids and number % 16 else made


def _pesel(made: str) -> str:
    """Make a number with a day and a control digit, which no schema can ask for."""
    if made in known.settled:
        return made
    chance = crc32(made.encode())
    day = f"{50 + chance % 50}{1 + chance // 50 % 12:02}{1 + chance // 600 % 28:02}"
    digits = f"{day}{chance % 10_000:04}"
    weighed = sum(int(d) * w for d, w in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=True))
    known.settled.add(f"{digits}{-weighed % 10}")
    return f"{digits}{-weighed % 10}"


def _filled(case: Any, said: Any, name: str = "") -> Any:
    """Put ids that are there, and numbers that can be, into a body, at any depth."""
    if isinstance(said, dict):
        return {key: _filled(case, value, key) for key, value in said.items()}
    if isinstance(said, list):
        return [_filled(case, value, name) for value in said]
    # JSON Schema counts 7.0 among the integers; we take them without a fraction.
    if isinstance(said, float) and said.is_integer():
        return int(said)
    if name == "pesel" and isinstance(said, str):
        return _pesel(said)
    if not isinstance(said, str) or not known.UUID.fullmatch(said):
        return said
    return _member(case, said) if name in OF_THE_FAMILY else _choose(name, said)


def _point(case: Any) -> None:
    """Point the path, ids in the body and the cursor at what is there."""
    wrong, learned = checks.wrong_parts(case), _learned(case)
    if "path" not in wrong and case.path_parameters:
        chosen = {
            name: made if name in learned else _choose(name, made)
            for name, made in case.path_parameters.items()
        }
        if case.method != "GET":
            chosen = {n: _other(n) if i in known.PROTECTED else i for n, i in chosen.items()}
        if chosen != case.path_parameters:
            case.path_parameters = chosen
    if "body" not in wrong and isinstance(case.body, dict):
        body = _filled(case, case.body)
        if repr(body) != repr(case.body):  # 7 equals 7.0
            case.body = body
    # A cursor is a text that only we can make: one of ours, or none.
    if "query" not in wrong and "cursor" in (case.query or {}):
        kept = known.cursors.get(case.operation.label)
        rest = {name: value for name, value in case.query.items() if name != "cursor"}
        case.query = rest | ({"cursor": kept} if kept else {})


def _owned(case: Any) -> None:
    """Tell Schemathesis' check of object-level authorisation whose row is read.

    It believes only answers, and would learn it too seldom: here each row is known that none of
    the peers may see, and such a row counts as one that the reader has made.
    """
    if case.method != "GET" or case.auth_identity != "own" or case.meta is None:
        return
    hidden = frozenset.intersection(*known.HIDDEN.values())
    case.meta.pool_draws += tuple(
        PoolDraw("path", name, name, "id", "POST", 201, source_identity="own")
        for name, id_ in (case.path_parameters or {}).items()
        if id_ in hidden and known.FAMILIES[id_] not in known.moved
    )


def before_call(_context: Any, case: Any, _arguments: dict[str, Any]) -> None:
    """Complete a request before it is sent."""
    _point(case)
    _owned(case)
    if "header" in checks.wrong_parts(case) or not case.headers:
        return
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
    if "If-Match" in case.headers:
        rows = reversed(known.rows_of(case))
        versions = [known.VERSIONS[id_] for id_ in rows if id_ in known.VERSIONS]
        case.headers["If-Match"] = f'"{versions[0] if versions else 1}"'
    # Signing out ends a session of its own, not the one that the fuzzer goes on with.
    if case.operation.label.startswith("DELETE /api/v1/sessions") and case.auth_identity == "own":
        case.headers["Authorization"] = known.sign_in(case, "own")


def after_call(_context: Any, case: Any, response: Any) -> None:
    """Remember what was answered: versions, ids, searches, cursors; count it."""
    label = case.operation.label
    if case.auth_identity not in {None, "own"}:
        known.repeated[case.auth_identity][label] += 1
        return
    known.answered[f"{label} {response.status_code}"] += 1
    tag, rows = response.headers.get("etag", [""])[0].strip('"'), known.rows_of(case)
    if response.status_code == 412 and tag.isdecimal() and rows:
        known.VERSIONS[rows[-1]] = int(tag)
    if response.status_code >= 300 or not response.content:
        return
    said = response.json()
    if tag.isdecimal():
        known.VERSIONS[str(said["id"])] = int(tag)
    if "search_id" in said:
        known.ROWS["seen"]["search_id"] = [said["search_id"]]
    if said.get("next_cursor"):
        known.cursors[label] = said["next_cursor"]
    if label in MOVES:
        known.moved.add(str(said.get("family_id", said["id"])))
    known.settled.update(known.UUID.findall(response.text))


schemathesis.hook("before_call")(before_call)
schemathesis.hook("after_call")(after_call)
