"""The rules that are enforced, and the closed lists: everything that a screen needs to explain."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.api.answers import Reader, capability
from app.api.deps import reads
from app.api.messages import FAULTS
from app.api.v1.schemas.reference import DictionariesOut, RulesOut
from app.domain import rooms
from app.domain.actor import EVERYONE
from app.domain.deadlines.rules import TIMERS
from app.domain.errors import all_refusals
from app.domain.law import Rule
from app.domain.names import POLISH, called
from app.domain.terms import all_terms

router = capability("reference")


@router.get("/rules", operation_id="list_rules", response_model=RulesOut)
async def list_rules(request: Request, _: Annotated[Reader, reads(*EVERYONE)]) -> Response:
    """List the rules with their articles, and where each one is held; then every refusal.

    A problem document's `type` is found in `refusals`, with its title in both languages.
    """
    return Response(_kept(request.app, "rules", _rules), media_type="application/json")


@router.get("/dictionaries", operation_id="list_dictionaries", response_model=DictionariesOut)
async def list_dictionaries(request: Request, _: Annotated[Reader, reads(*EVERYONE)]) -> Response:
    """List every closed list with Polish and English labels, and what everything is called.

    `names` holds properties (`errors[].pointer`), parameters, keys of `facts` and of a case's
    `links`; `errors` holds each `code` of `errors[]`. A screen needs no text of its own.
    """
    return Response(_kept(request.app, "dictionaries", _lists), media_type="application/json")


def _kept(app: FastAPI, name: str, build: Any) -> str:
    """Build a text once per application: it is the same for everybody until the next release."""
    kept: str | None = getattr(app.state, name, None)
    if kept is None:
        kept = json.dumps(build(app), ensure_ascii=False)
        setattr(app.state, name, kept)
    return kept


def all_rules() -> list[Rule]:
    """Return every rule that a capability declares, in the order of the rule book's ids."""
    found = {
        value.id: value
        for room in rooms("rules")
        for value in vars(room).values()
        if isinstance(value, Rule)
    }
    return sorted(found.values(), key=lambda rule: _natural(rule.id))


def _natural(rule_id: str) -> list[tuple[int, str]]:
    parts = re.findall(r"\d+|\D+", rule_id)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]


def _rules(app: FastAPI) -> dict[str, Any]:
    refusals, operations = _refusals(), _operations(app)
    return {
        "items": [
            {
                "id": rule.id,
                "legal_basis": str(rule.basis),
                "act": rule.basis.act.key,
                "text": {"pl": rule.pl, "en": rule.en},
                "certainty": rule.sure,
                "standing": rule.standing,
                "reason": rule.reason,
                "refusals": sorted(refusals[rule.id]),
                "operations": sorted(operations[rule.id]),
                "deadlines": [kind for kind, timer in TIMERS.items() if timer.rule is rule],
                "settings": list(rule.settings),
            }
            for rule in all_rules()
        ],
        "refusals": [
            {
                "type": f"urn:asysta:problem:{kind.kind()}",
                "code": kind.code(),
                "status": kind.status,
                "title": {"pl": kind.pl, "en": kind.en()},
                "legal_basis": str(kind.basis()) if kind.basis() else None,
            }
            for kind in sorted(all_refusals(), key=lambda kind: kind.kind())
        ],
    }


def _refusals() -> dict[str, set[str]]:
    """Collect by rule id which refusals stand on it."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind in all_refusals():
        found[kind.code()].add(f"urn:asysta:problem:{kind.kind()}")
    return found


def _operations(app: FastAPI) -> dict[str, set[str]]:
    """Collect by rule id which operations announce it."""
    found: dict[str, set[str]] = defaultdict(set)
    for route in _routes(app):
        for response in route.responses.values():
            for refusal in response.get("x-refusals", ()):
                found[refusal["code"]].add(str(route.operation_id))
    return found


def _routes(app: FastAPI) -> Iterable[APIRoute]:
    return (route for route in app.router.routes if isinstance(route, APIRoute))


def _lists(_: FastAPI) -> dict[str, Any]:
    return {
        "dictionaries": {
            kind.kind(): [_term(m.value, m.pl, m.en) for m in kind] for kind in all_terms()
        },
        "names": [_term(name, called(name, "pl"), called(name, "en")) for name in POLISH],
        "errors": [_term(code, pl, en) for code, (pl, en) in FAULTS.items()],
    }


def _term(value: str, pl: str, en: str) -> dict[str, str]:
    return {"value": value, "pl": pl, "en": en}
