"""Row security of requests: the manager's own register, whatever a query forgets."""

import pytest
from sqlalchemy.exc import ProgrammingError

from app.domain.cases.rules import CaseState
from app.domain.rights.rules import RequestChannel, Requester
from app.domain.rights.tables import RightsRequest
from tests.factories.cases import MadeCase, make_case
from tests.factories.databases import OneConnection
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.scopes import TODAY, count, scope_of


def _request(made: MadeCase) -> RightsRequest:
    return RightsRequest(
        person_id=made.mother,
        received_on=TODAY,
        channel=RequestChannel.LETTER,
        requester=Requester.PERSON,
        identity_confirmed=True,
        due_on=TODAY,
    )


@pytest.mark.parametrize(
    ("person", "rows"),
    [(HERE.manager, 1), (HERE.assistant, 0), (HERE.social_worker, 0), (ELSEWHERE.manager, 0)],
)
async def test_a_request_is_seen_by_the_manager_alone(
    database: OneConnection, world: World, person: Person, rows: int
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    async with world.acting() as act:
        act.add(_request(made))
    async with database.begin(scope_of(person)) as session:
        assert await count(session, "rights_request") == rows


@pytest.mark.parametrize(("person", "may"), [(HERE.manager, True), (HERE.assistant, False)])
async def test_a_request_is_entered_by_the_manager_alone(
    database: OneConnection, world: World, person: Person, *, may: bool
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)

    async def put() -> None:
        async with database.begin(scope_of(person)) as session:
            session.add(_request(made))

    if may:
        await put()
    else:
        with pytest.raises(ProgrammingError, match="row-level security"):
            await put()
