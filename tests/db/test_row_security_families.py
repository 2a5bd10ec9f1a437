"""Row security by family (K11): who sees which family follows the work, on its dates (K1)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.db.session import Scope
from app.domain.access.rules import GrantReason
from app.domain.access.service import end_grants, grant
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.service import start
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.families.rules import FamilyRole
from app.domain.families.tables import Family
from app.domain.families.tables import Person as Member
from tests.factories.cases import MadeCase, make_case
from tests.factories.databases import OneConnection
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.scopes import TODAY, count, scalar, scope_of

FAMILY_TABLES = ("family", "person", "family_case", "event", "deadline")
STRANGERS = (
    *(HERE.other_assistant, HERE.other_social_worker, HERE.coordinator, HERE.other_coordinator),
    *(ELSEWHERE.manager, ELSEWHERE.assistant, ELSEWHERE.social_worker),
    *(HERE.administrator, ELSEWHERE.administrator),
)
KNOWING = (HERE.assistant, HERE.social_worker, HERE.manager)


def _name(person: Person) -> str:
    return f"{person.name}-{'here' if person.centre == HERE.id else 'elsewhere'}"


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Put a family into the first district, assigned to the assistant, with a row in each table."""
    made = await make_case(world, CaseState.ASSIGNED)
    async with world.acting() as act:
        emit(
            act,
            EventType.ASSISTANT_ASSIGNED,
            family_id=made.family,
            subject_id=made.case,
            case_id=made.case,
        )
        case = await act.find(Case, made.case)
        start(act, case, DeadlineKind.FIRST_VISIT, started_on=act.today, due_on=act.today)
    return made


async def _seen(database: OneConnection, scope: Scope, made: MadeCase) -> set[str]:
    async with database.begin(scope) as session:
        found = set()
        for table in FAMILY_TABLES:
            column = "id" if table == "family" else "family_id"
            if await count(session, table, f"{column} = :id", id=made.family):
                found.add(table)
    return found


@pytest.mark.rule("K11")
@pytest.mark.rule("K1")
@pytest.mark.parametrize("person", STRANGERS, ids=_name)
async def test_a_stranger_sees_nothing_of_a_family(
    database: OneConnection, made: MadeCase, person: Person
) -> None:
    assert await _seen(database, scope_of(person), made) == set()


@pytest.mark.rule("K11")
@pytest.mark.parametrize("person", KNOWING, ids=_name)
async def test_who_works_with_a_family_sees_it_whole(
    database: OneConnection, made: MadeCase, person: Person
) -> None:
    assert await _seen(database, scope_of(person), made) == set(FAMILY_TABLES)


@pytest.mark.parametrize("person", STRANGERS, ids=_name)
async def test_a_stranger_changes_nothing_of_a_family(
    database: OneConnection, made: MadeCase, person: Person
) -> None:
    async with database.begin(scope_of(person)) as session:
        for table in ("family", "person", "family_case", "deadline"):
            column = "id" if table == "family" else "family_id"
            query = f'UPDATE "{table}" SET version = 1 WHERE {column} = :id'
            done = await session.execute(text(query), {"id": made.family})
            assert done.rowcount == 0, table  # type: ignore[attr-defined]


@pytest.mark.parametrize("person", STRANGERS[:4], ids=_name)
async def test_a_stranger_adds_nothing_to_a_family(
    database: OneConnection, made: MadeCase, person: Person
) -> None:
    member = Member(
        family_id=made.family, first_name="Jan", last_name="Obcy", role=FamilyRole.OTHER
    )

    async def add() -> None:
        async with database.begin(scope_of(person)) as session:
            session.add(member)

    with pytest.raises(ProgrammingError, match="row-level security"):
        await add()


async def test_a_member_can_not_move_to_a_family_that_one_may_not_see(
    database: OneConnection, world: World, made: MadeCase
) -> None:
    async with world.acting() as act:
        hidden = Family(town="Suwałki", gmina="2063011", street="ul. Cicha 2", surname="Inna")
        act.add(hidden)

    async def move() -> None:
        async with database.begin(scope_of(HERE.assistant)) as session:
            query = "UPDATE person SET family_id = :other WHERE family_id = :id"
            await session.execute(text(query), {"other": hidden.id, "id": made.family})

    with pytest.raises(ProgrammingError, match="row-level security"):
        await move()


@pytest.mark.rule("K11")
@pytest.mark.parametrize(
    ("day", "sees"),
    [(-1, False), (0, True), (9, True), (10, False), (11, False)],
    ids=["before", "first", "last", "end", "after"],
)
async def test_a_right_to_a_family_has_its_dates(
    database: OneConnection, world: World, made: MadeCase, day: int, *, sees: bool
) -> None:
    async with world.acting() as act:
        grant(
            act,
            account_id=HERE.other_assistant.id,
            family_id=made.family,
            reason=GrantReason.SUBSTITUTION,
            source_id=uuid4(),
            valid_from=TODAY,
            valid_to=TODAY + timedelta(days=10),
        )
    scope = scope_of(HERE.other_assistant, TODAY + timedelta(days=day))
    assert await _seen(database, scope, made) == (set(FAMILY_TABLES) if sees else set())


@pytest.mark.rule("K11")
async def test_a_right_ends_at_once_with_what_gave_it(
    database: OneConnection, world: World, made: MadeCase
) -> None:
    async with world.acting() as act:
        await end_grants(act, made.case, on=act.today)
    assert await _seen(database, scope_of(HERE.assistant), made) == set()


@pytest.mark.rule("K11")
async def test_a_district_follows_the_social_worker_who_serves_it_today(
    database: OneConnection, world: World, made: MadeCase
) -> None:
    async with world.acting() as act:
        query = "UPDATE district_worker SET valid_to = :today WHERE account_id = :id"
        values = {"today": TODAY, "id": HERE.social_worker.id}
        await act.session.execute(text(query), values)
    yesterday = scope_of(HERE.social_worker, TODAY - timedelta(days=1))
    assert await _seen(database, yesterday, made) == set(FAMILY_TABLES)
    assert await _seen(database, scope_of(HERE.social_worker), made) == set()


@pytest.mark.rule("K11")
@pytest.mark.parametrize("days", [0, 1])
async def test_a_district_is_served_from_its_first_day_on(
    database: OneConnection, world: World, made: MadeCase, days: int
) -> None:
    async with world.acting() as act:
        query = "UPDATE district_worker SET valid_from = :day WHERE account_id = :id"
        values = {"day": TODAY + timedelta(days), "id": HERE.social_worker.id}
        await act.session.execute(text(query), values)
        await act.session.execute(text("UPDATE access_grant SET valid_to = valid_from"))
    seen = await _seen(database, scope_of(HERE.social_worker), made)
    assert seen == (set() if days else set(FAMILY_TABLES))


async def test_a_family_without_district_is_seen_by_the_manager_and_who_was_given_it(
    database: OneConnection, world: World, made: MadeCase
) -> None:
    async with world.acting() as act:
        (await act.find(Family, made.family)).district_id = None
    assert await _seen(database, scope_of(HERE.social_worker), made) == set()
    for person in (HERE.assistant, HERE.manager):
        assert await _seen(database, scope_of(person), made) == set(FAMILY_TABLES)


@pytest.mark.rule("K1")
async def test_searching_the_whole_centre_leaves_the_scope_as_it_was(
    database: OneConnection, made: MadeCase
) -> None:
    search = "SELECT count(*) FROM app.find_families(ARRAY['zolkiewska'], NULL, NULL, NULL)"
    async with database.begin(scope_of(HERE.other_assistant)) as session:
        assert await scalar(session, search) > 0
        assert await count(session, "family", "id = :id", id=made.family) == 0
        mixed = f"{search} WHERE EXISTS (SELECT FROM person)"
        assert await scalar(session, mixed) == 0
