"""Row security of covers: told to the two whom they concern, given by nobody to themselves."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.domain.access.rules import GrantReason
from app.domain.assignments.rules import AbsenceReason
from app.domain.cases.rules import CaseState
from app.domain.covers.tables import Cover
from tests.factories.cases import MadeCase, make_case
from tests.factories.databases import OneConnection
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.scopes import TODAY, count, scalar, scope_of

DAY = timedelta(days=1)
X, Y = HERE.assistant, HERE.other_assistant
TELLING = [(HERE.manager, 1), (X, 1), (Y, 1), (HERE.social_worker, 0), (ELSEWHERE.manager, 0)]


def _cover(absent: Person = X, by: Person = Y) -> Cover:
    return Cover(
        absent_id=absent.id,
        covering_id=by.id,
        starts_on=TODAY,
        ends_on=TODAY + 7 * DAY,
        reason=AbsenceReason.LEAVE,
        takes_places=False,
    )


async def _put(world: World, *covers: Cover) -> None:
    async with world.acting() as act:
        act.add(*covers)


@pytest.mark.rule("2.5a")
@pytest.mark.parametrize(("person", "rows"), TELLING)
async def test_a_cover_is_told_to_whom_it_concerns(
    database: OneConnection, world: World, person: Person, rows: int
) -> None:
    await _put(world, _cover())
    async with database.begin(scope_of(person)) as session:
        assert await count(session, "cover") == rows


@pytest.mark.parametrize(("person", "may"), [(HERE.manager, True), (X, True), (Y, False)])
async def test_nobody_gives_themselves_the_families_of_another(
    database: OneConnection, person: Person, *, may: bool
) -> None:
    async def put() -> None:
        async with database.begin(scope_of(person)) as session:
            session.add(_cover())

    if may:
        await put()
    else:
        with pytest.raises(ProgrammingError, match="row-level security"):
            await put()


async def test_who_covers_does_not_prolong_it(database: OneConnection, world: World) -> None:
    await _put(world, _cover())
    async with database.begin(scope_of(Y)) as session:
        done = await session.execute(text("UPDATE cover SET ends_on = ends_on + 7"))
        assert done.rowcount == 0  # type: ignore[attr-defined]


@pytest.mark.rule("2.5a")
@pytest.mark.parametrize(
    ("day", "sees"),
    [(-1, False), (0, True), (6, True), (7, False)],
    ids=["before", "first", "last", "after"],
)
async def test_rows_of_the_absent_persons_families_are_there_on_the_days_of_the_cover(
    database: OneConnection, world: World, day: int, *, sees: bool
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    await _put(world, _cover())
    async with database.begin(scope_of(Y, TODAY + day * DAY)) as session:
        assert await _rows(session, made) == ([1, 2, 1] if sees else [0, 0, 0])


async def _rows(session: Any, made: MadeCase) -> list[int]:
    family = [await count(session, "family", "id = :id", id=made.family)]
    of = [
        await count(session, t, "family_id = :id", id=made.family)
        for t in ("person", "family_case")
    ]
    return family + of


@pytest.mark.rule("2.5a")
async def test_a_right_is_covered_in_its_own_role_only(
    database: OneConnection, world: World
) -> None:
    """A social worker whom a mistaken row lets cover an assistant still sees no family of hers."""
    await make_case(world, CaseState.ASSIGNED)
    await _put(world, _cover(by=HERE.other_social_worker))
    async with database.begin(scope_of(HERE.other_social_worker)) as session:
        assert await count(session, "family") == 0
        assert await scalar(session, "SELECT cardinality(app.acting_for())") == 2


@pytest.mark.rule("2.5a")
async def test_who_is_no_social_worker_covers_no_district(
    database: OneConnection, world: World
) -> None:
    """An assistant whom a mistaken row lets cover a social worker sees none of her families."""
    await make_case(world, CaseState.ASSIGNED)
    await _put(world, _cover(HERE.social_worker, Y))
    async with database.begin(scope_of(Y)) as session:
        assert await count(session, "family") == 0
        assert await scalar(session, "SELECT cardinality(app.acting_for())") == 2


@pytest.mark.rule("2.5a")
@pytest.mark.parametrize("roles", [["social_worker"], ["assistant"]])
async def test_of_who_is_no_social_worker_any_more_no_district_is_covered(
    database: OneConnection, world: World, roles: list[str]
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    await _put(world, _cover(HERE.social_worker, HERE.other_social_worker))
    async with world.acting() as act:
        await act.session.execute(
            text("UPDATE account SET roles = :roles WHERE id = :id"),
            {"roles": roles, "id": HERE.social_worker.id},
        )
        await act.session.execute(text("UPDATE access_grant SET valid_to = valid_from"))
    async with database.begin(scope_of(HERE.other_social_worker)) as session:
        seen = await count(session, "family", "id = :id", id=made.family)
    assert seen == (roles == ["social_worker"])


@pytest.mark.parametrize("reason", GrantReason)
async def test_every_reason_for_a_right_belongs_to_a_role(
    database: OneConnection, reason: GrantReason
) -> None:
    roles = {
        GrantReason.RECORDED: "social_worker",
        GrantReason.CASEWORK: "social_worker",
        GrantReason.PLACEMENT: "foster_care_coordinator",
    }
    async with database.begin(scope_of(HERE.manager)) as session:
        found = await scalar(session, "SELECT app.role_of(:reason)", reason=reason.value)
    assert found == roles.get(reason, "assistant")


async def test_the_days_of_a_cover_are_told_to_who_sets_another_one(
    database: OneConnection, world: World
) -> None:
    """Days and people, no reason; and the scope is as narrow afterwards as before."""
    await _put(world, _cover(HERE.coordinator, HERE.other_coordinator))
    async with database.begin(scope_of(X)) as session:
        days = "SELECT starts_on FROM app.cover_days(ARRAY[CAST(:id AS uuid)])"
        assert await scalar(session, days, id=HERE.coordinator.id) == date(2026, 3, 10)
        assert await count(session, "cover") == 0
