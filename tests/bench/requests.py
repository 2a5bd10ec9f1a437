"""The requests that are measured, the same bytes for every stack.

R1 one case file, R2 a list of fifty with a filter, R3 overdue deadlines, R4 the worklist of a
manager, W1 a visit note, W2 a transfer to the colleague and back, under the limit of places.
"""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

import asyncpg

from app.api.deps import day_in_warsaw, utc_now
from app.api.tokens import Tokens
from app.domain.cases.rules import ASSISTED, WORKFLOW, CaseAction

READS = ("R1", "R2", "R3", "R4")
WRITES = ("W1", "W2")
TITLES = {
    "R1": "case file",
    "R2": "list of 50, filtered",
    "R3": "overdue deadlines",
    "R4": "worklist of a manager",
    "W1": "visit note",
    "W2": "transfer under the limit",
}
# The list of R2 again, its page at four fifths of the list: for the growth alone.
DEEP = "R2 deep"
# Written in a request where each sending has its own word.
KEY, VERSION = "@KEY@", "@VERSION@"
_VISITABLE = {
    state.value
    for step in WORKFLOW.steps
    if step.action is CaseAction.RECORD_VISIT
    for state in step.sources
}
_CASES = """
SELECT c.centre_id::text AS centre, c.id::text AS case_id, c.version, a.assistant_id::text AS who,
       s.id::text AS session,
       (SELECT p.person_id::text FROM consent_signature p WHERE p.centre_id = c.centre_id
         AND p.case_id = c.id AND p.withdrawn_on IS NULL LIMIT 1) AS person, c.state
  FROM family_case c
  JOIN assignment a ON a.centre_id = c.centre_id AND a.case_id = c.id AND a.kind = 'primary'
   AND a.ends_on IS NULL AND a.starts_on <= $1
  JOIN LATERAL (SELECT u.id FROM user_session u WHERE u.centre_id = a.centre_id
     AND u.account_id = a.assistant_id AND u.ended_at IS NULL AND u.expires_at > now() LIMIT 1) s
    ON true
 WHERE c.state = ANY ($2::text[]) AND c.consent_withdrawn_on IS NULL
   AND NOT EXISTS (SELECT FROM assignment x WHERE x.centre_id = c.centre_id AND x.case_id = c.id
     AND x.kind = 'substitute' AND (x.ends_on IS NULL OR x.ends_on > $1))
 ORDER BY c.centre_id, a.assistant_id, c.id"""
_MANAGERS = """
SELECT DISTINCT ON (a.centre_id) a.centre_id::text AS centre, a.id::text AS who,
       s.id::text AS session
  FROM account a JOIN user_session s ON s.centre_id = a.centre_id AND s.account_id = a.id
 WHERE 'manager' = ANY (a.roles) AND s.ended_at IS NULL AND s.expires_at > now()
 ORDER BY a.centre_id"""

_DEPTHS = """
SELECT DISTINCT ON (centre_id) centre_id::text AS centre, id::text
  FROM (SELECT centre_id, id, percent_rank() OVER (PARTITION BY centre_id ORDER BY id DESC) AS depth
          FROM family_case WHERE state = 'in_progress') c
 WHERE depth >= 0.8 ORDER BY centre_id, depth"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its texts in turn (a transfer there, a transfer back), the row's version."""

    texts: tuple[str, ...]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks."""

    centre: str
    who: str
    session: str
    role: str


@dataclass(frozen=True, slots=True)
class Targets:
    """What can be asked of a database, with tokens of this moment."""

    tokens: Tokens
    cases: list[dict[str, Any]]
    managers: list[Person]
    depths: dict[str, str]
    now: datetime = field(default_factory=utc_now)
    kept: dict[Person, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the day in Warsaw."""
        return day_in_warsaw(self.now)

    def bearer(self, person: Person) -> str:
        """Return the person's token; one lasts for the ten minutes of a slice by far."""
        if person not in self.kept:
            self.kept[person] = self.tokens.issue(
                subject=UUID(person.who),
                centre=UUID(person.centre),
                session=UUID(person.session),
                roles=[person.role],
                now=self.now,
            )
        return self.kept[person]


async def find_targets(url: str, tokens: Tokens) -> Targets:
    """Look up whom and what the requests may name, past row security."""
    connection = await asyncpg.connect(url)
    today = day_in_warsaw(utc_now())
    states = [state.value for state in ASSISTED]
    cases = [dict(row) for row in await connection.fetch(_CASES, today, states)]
    managers = [Person(**row, role="manager") for row in await connection.fetch(_MANAGERS)]
    depths = {row["centre"]: row["id"] for row in await connection.fetch(_DEPTHS)}
    await connection.close()
    return Targets(tokens, cases, managers, depths)


def ask(kind: str, targets: Targets, most: int = 400) -> list[Asked]:
    """Write the requests of one kind, over many families and centres."""
    return _KINDS[kind](targets, most)


def _text(targets: Targets, person: Person, target: str, body: Any = None, *headers: str) -> str:
    content = "" if body is None else json.dumps(body)
    method = "GET" if body is None else "POST"
    lines = [
        f"{method} /api/v1{target} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {targets.bearer(person)}",
        "Accept: application/json",
        *headers,
    ]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content.encode())}"]
    return "\r\n".join(lines) + "\r\n\r\n" + content


def _assistant(case: dict[str, Any]) -> Person:
    return Person(case["centre"], case["who"], case["session"], "assistant")


def _spread(cases: list[dict[str, Any]], most: int, people: int = 40) -> list[dict[str, Any]]:
    """Choose cases of some assistants all over the centres, one of each in turn."""
    by_person: dict[str, list[dict[str, Any]]] = {}
    for case in cases:
        by_person.setdefault(case["who"], []).append(case)
    step = max(1, len(by_person) // people)
    chosen = list(by_person.values())[::step]
    return [case for row in zip_longest(*chosen) for case in row if case][:most]


def _case_files(targets: Targets, most: int) -> list[Asked]:
    chosen = _spread(targets.cases, most)
    return [Asked((_text(targets, _assistant(c), f"/cases/{c['case_id']}"),)) for c in chosen]


def _of_managers(target: Callable[[Targets], str]) -> Callable[[Targets, int], list[Asked]]:
    def asked(targets: Targets, most: int) -> list[Asked]:
        return [Asked((_text(targets, m, target(targets)),)) for m in targets.managers[:most]]

    return asked


def _deep(targets: Targets, most: int) -> list[Asked]:
    """Ask for the page after a cursor as the API writes it."""

    def text(manager: Person) -> str:
        after = json.dumps([targets.depths[manager.centre]]).encode()
        cursor = base64.urlsafe_b64encode(after).decode().rstrip("=")
        return _text(targets, manager, f"/cases?state=in_progress&limit=50&cursor={cursor}")

    known = [manager for manager in targets.managers if manager.centre in targets.depths]
    return [Asked((text(manager),)) for manager in known[:most]]


def _visits(targets: Targets, most: int) -> list[Asked]:
    can = [c for c in targets.cases if c["state"] in _VISITABLE and c["person"]]
    return [_visit(targets, case) for case in _spread(can, most)]


def _visit(targets: Targets, case: dict[str, Any]) -> Asked:
    body = {
        "held_on": targets.today.isoformat(),
        "begins": "10:00",
        "ends": "11:15",
        "kind": "home_visit",
        "place": "home",
        "present": [case["person"]],
        "tasks": ["household"],
        "topics": "Budżet domowy na listopad, dojazd syna do szkoły.",
        "arrangements_family": "Mama dzwoni do szkoły w sprawie obiadów.",
        "notes": "Rozmowa o rachunkach i o planie tygodnia; mieszkanie ogrzane. " * 7 + "Koniec.",
    }
    target = f"/cases/{case['case_id']}/visits"
    return Asked((_text(targets, _assistant(case), target, body, f"Idempotency-Key: {KEY}"),))


def _transfers(targets: Targets, most: int) -> list[Asked]:
    """Exchange families between two assistants in turn, so that nobody comes near the limit."""
    managers = {manager.centre: manager for manager in targets.managers}
    by_person: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for case in targets.cases:
        by_person.setdefault((case["centre"], case["who"]), []).append(case)
    asked: list[list[Asked]] = []
    for one, other in _pairs(sorted(by_person)):
        swaps = zip(by_person[one], by_person[other], strict=False)
        both = ((a, one[1], other[1]) for a, _ in swaps)
        swaps = zip(by_person[one], by_person[other], strict=False)
        back = ((b, other[1], one[1]) for _, b in swaps)
        turns = (turn for pair in zip(both, back, strict=True) for turn in pair)
        asked.append([_transfer(targets, managers[one[0]], *turn) for turn in turns])
    return [request for row in zip_longest(*asked) for request in row if request][:most]


def _pairs(people: list[tuple[str, str]]) -> Iterable[tuple[tuple[str, str], tuple[str, str]]]:
    """Pair the assistants of each centre."""
    for one, other in zip(people[::2], people[1::2], strict=False):
        if one[0] == other[0]:
            yield one, other


def _transfer(
    targets: Targets, manager: Person, case: dict[str, Any], here: str, there: str
) -> Asked:
    def text(to: str) -> str:
        body = {
            "to_assistant_id": to,
            "on": targets.today.isoformat(),
            "reason": "Zmiana rejonu pracy asystenta.",
            "requested_by": "family",
            "handover_note": "Ustalono godziny wizyt; rodzina zna nowego asystenta.",
            "family_informed": True,
        }
        words = (f"Idempotency-Key: {KEY}", f'If-Match: "{VERSION}"')
        return _text(targets, manager, f"/cases/{case['case_id']}/transfers", body, *words)

    return Asked((text(there), text(here)), case["version"])


_KINDS: dict[str, Callable[[Targets, int], list[Asked]]] = {
    "R1": _case_files,
    "R2": _of_managers(lambda _: "/cases?state=in_progress&limit=50"),
    DEEP: _deep,
    "R3": _of_managers(lambda t: f"/deadlines?due_before={t.today}&limit=50"),
    "R4": _of_managers(lambda _: "/worklist"),
    "W1": _visits,
    "W2": _transfers,
}
