"""Act: nobody deletes a file; withdrawn consent ends the work and keeps what was written (K7)."""

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.people import HERE, Person, World
from tests.factories.rights import add_visit, package_of, texts_of
from tests.factories.visits import withdraw_consent

NOTE = "Ustalono rytm dnia."


@pytest.mark.rule("K7")
@pytest.mark.parametrize("person", [HERE.manager, HERE.social_worker, HERE.assistant])
async def test_a_case_can_not_be_deleted_after_consent_was_withdrawn(
    api: Api, world: World, person: Person
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    await add_visit(world, made, NOTE)
    await withdraw_consent(world, made)
    for path in (f"/cases/{made.case}", f"/families/{made.family}"):
        answer = await api.as_(person).delete(path)
        problem_of(answer, 405, "method_not_allowed")
        assert "GET" in answer.headers["allow"]
    shown = await api.as_(HERE.manager).get(f"/cases/{made.case}")
    assert shown.status_code == 200
    assert NOTE in texts_of(await package_of(api, made.mother), "visit")


@pytest.mark.rule("K7")
async def test_no_operation_of_the_api_deletes_a_file(api: Api) -> None:
    deleting = {
        path
        for path, verbs in api.app.openapi()["paths"].items()
        if "delete" in verbs and ("case" in path or "famil" in path or "member" in path)
    }
    assert not deleting
