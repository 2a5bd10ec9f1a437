"""Access to each object by each relation: every operation with an id in its path, by the matrix.

An operation is tried where its story has come to it: the object is there and in the right state, so
that whoever may would succeed. Each call is rolled back.
"""

import traceback
from uuid import UUID, uuid4

import pytest
from httpx import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.api.contract.access import fields, matrix, scopes
from app.db.vault.rings import Vault
from app.domain.actor import Role
from app.settings import Settings
from tests.factories.masks import masked
from tests.factories.people import HERE, World
from tests.factories.relations import RELATIONS, Relation
from tests.factories.walks import own_world
from tests.stories.chapters import CHAPTERS
from tests.stories.contract import CONTRACT
from tests.stories.prober import home
from tests.stories.teller import Call, Teller

FOUND = frozenset({200, 201, 204, 409, 412, 422})
# The audit knows which family a row is of.
FAMILY = text(
    "SELECT family_id FROM audit_entry WHERE subject_id = :id AND family_id IS NOT NULL LIMIT 1"
)
# Whom a cover concerns, who opened an emergency, whose session it is.
CONCERNED = text("""
    SELECT unnest(ARRAY[absent_id, covering_id]) FROM cover WHERE id = ANY (:ids)
    UNION SELECT account_id FROM emergency_access WHERE id = ANY (:ids)
    UNION SELECT account_id FROM user_session WHERE id = ANY (:ids)
""")
CASES = [
    pytest.param(name, relation, id=f"{name}-{relation.role}-{relation.name}")
    for name, operation in CONTRACT.items()
    for relation in RELATIONS
    if "{" in operation.path and relation.role in matrix()[name].rows
]
_told: dict[str, dict[tuple[str, str], str | None] | str] = {}


def _visible(name: str, relation: Relation, family: UUID | None, people: set[str]) -> bool:
    """Tell by the matrix whether the object is there; `people` are those whom it concerns."""
    reached = set(matrix()[name].rows[relation.role])
    reached |= {wide for scope in reached for wide in scopes()[scope].within}
    if not relation.here:
        return False
    if reached & {"self", "concerned"} and str(relation.person.id) in people:
        return True
    if family is not None and relation.scope != "centre":
        return relation.scope in reached
    return "centre" in reached


def _wrong(name: str, relation: Relation, answer: Response, *, visible: bool) -> str | None:
    said = f"{answer.status_code} {answer.text[:300]}"
    if not visible:
        hidden = answer.status_code == 404 and answer.json()["code"] == "not_found"
        return None if hidden else f"It must not exist (404): {said}"
    narrow = any(scopes()[scope].within for scope in matrix()[name].rows[relation.role])
    good = FOUND | ({403} if narrow else set())
    return None if answer.status_code in good else f"It is there for this person: {said}"


async def _masked(teller: Teller, call: Call, relation: Relation, answer: Response) -> str | None:
    """Read the same as the manager: what is empty for this person alone, the matrix says."""
    if (
        call.operation.method != "GET"
        or answer.status_code != 200
        or not answer.content.startswith(b"{")
        or Role.MANAGER not in matrix()[call.operation.id].rows
    ):
        return None
    whole = await teller.send(Call(call.operation, HERE.manager, call.url, call.headers, call.body))
    hidden = masked(answer.json(), whole.json(), call.operation.success[1])
    hidden -= {
        name
        for name, field in fields().items()
        if relation.scope not in field.rows.get(relation.role, ())
    }
    return (
        f"It is empty for this person, and the matrix does not say so: {hidden}" * bool(hidden)
        or None
    )


async def _tried(teller: Teller, world: World, call: Call) -> dict[tuple[str, str], str | None]:
    name, found = call.operation.id, {}
    ids = [part for part in call.url.partition("?")[0].split("/") if part.count("-") == 4]
    async with world.acting() as act:
        families = [await act.session.scalar(FAMILY, {"id": id_}) for id_ in ids]
        found_people = await act.session.scalars(CONCERNED, {"ids": [UUID(id_) for id_ in ids]})
        people = {*ids, *map(str, found_people)}
    family = next((f for f in families if f is not None), None)
    for relation in (r for r in RELATIONS if r.role in matrix()[name].rows):
        aside = await world.database.connection.begin_nested()  # type: ignore[attr-defined]
        try:
            if family is not None:
                await relation.put(world, family)
            keyed = (
                {"idempotency_key": str(uuid4())} if call.operation.takes("Idempotency-Key") else {}
            )
            answer = await teller.send(_as(call, relation).with_headers(**keyed))
            visible = _visible(name, relation, family, people)
            found[name, relation.name] = _wrong(
                name, relation, answer, visible=visible
            ) or await _masked(teller, call, relation, answer)
        finally:
            await aside.rollback()
    return found


def _as(call: Call, relation: Relation) -> Call:
    return Call(call.operation, relation.person, call.url, call.headers, call.body)


async def _story(
    engine: AsyncEngine, vault: Vault, settings: Settings, chapter: str
) -> dict[tuple[str, str], str | None] | str:
    """Tell a story once per worker, as far as it has operations at home."""
    if chapter in _told:
        return _told[chapter]
    found: dict[tuple[str, str], str | None] = {}
    async with own_world(engine, vault, settings) as (api, world):
        teller = Teller(api)
        try:
            for name in CHAPTERS[chapter]:
                call = await teller.ready(name)
                if (
                    name == call.operation.id
                    and home(name) == chapter
                    and "{" in call.operation.path
                ):
                    found |= await _tried(teller, world, call)
                teller.compare(name, await teller.send(call))
        except Exception:  # noqa: BLE001 - each test of this story fails with it
            _told[chapter] = traceback.format_exc(limit=-3)
            return _told[chapter]
    _told[chapter] = found
    return found


@pytest.mark.rule("K11")
@pytest.mark.parametrize(("operation", "relation"), CASES)
async def test_an_object_is_there_for_whom_the_matrix_says(
    engine: AsyncEngine, vault: Vault, settings: Settings, operation: str, relation: Relation
) -> None:
    told = await _story(engine, vault, settings, home(operation))
    assert not isinstance(told, str), f"The story breaks off: {told}"
    wrong = told[operation, relation.name]
    assert wrong is None, wrong
