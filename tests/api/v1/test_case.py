"""The case file: state, actions, deadlines, timeline, by scope."""

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.people import ELSEWHERE, HERE, World


def actions(body: dict[str, list[dict[str, object]]]) -> dict[object, dict[str, object]]:
    """Return the allowed actions by name."""
    return {action["action"]: action for action in body["allowed_actions"]}


async def test_a_case_says_what_can_be_done_and_what_can_not(api: Api, world: World) -> None:
    """The assistant may record the first visit; transferring is the manager's."""
    made = await make_case(world, CaseState.ASSIGNED)
    response = await api.as_(HERE.assistant).get(f"/cases/{made.case}")
    assert response.status_code == 200, response.text
    found = actions(response.json())
    assert found["record_first_visit"]["allowed"] is True
    assert found["transfer"]["allowed"] is False
    assert found["transfer"]["rule"] == "not_your_role"


async def test_closing_is_blocked_with_the_rule_and_its_article(api: Api, world: World) -> None:
    """A manager sees why the case can't be closed yet."""
    made = await make_case(world, CaseState.IN_PROGRESS)
    response = await api.as_(HERE.manager).get(f"/cases/{made.case}")
    closing = actions(response.json())["close"]
    assert closing["allowed"] is False
    assert closing["rule"] == "E13"
    assert closing["legal_basis"]


@pytest.mark.rule("K11")
async def test_a_case_exists_only_for_those_in_scope(api: Api, world: World) -> None:
    """Everybody else gets 404, never 403."""
    made = await make_case(world, CaseState.ASSIGNED)
    for person in (HERE.other_assistant, HERE.other_social_worker, HERE.coordinator):
        problem_of(await api.as_(person).get(f"/cases/{made.case}"), 404, "not_found")
    problem_of(await api.as_(ELSEWHERE.manager).get(f"/cases/{made.case}"), 404, "not_found")


async def test_lists_show_only_cases_in_scope(api: Api, world: World) -> None:
    """A list never tells of a foreign row."""
    made = await make_case(world, CaseState.ASSIGNED)
    seen = await api.as_(HERE.assistant).get("/cases?state=assigned")
    assert [case["id"] for case in seen.json()["items"]] == [str(made.case)]
    assert (await api.as_(HERE.other_assistant).get("/cases")).json()["items"] == []
    assert (await api.as_(HERE.other_assistant).get("/deadlines")).json()["items"] == []
    timeline = await api.as_(HERE.other_assistant).get(f"/cases/{made.case}/timeline")
    problem_of(timeline, 404, "not_found")


@pytest.mark.parametrize("day", ["0", "1767225600", "2026-03-10T00:00:00", "2026-3-10"])
async def test_a_day_in_a_query_has_one_form_as_well(api: Api, day: str) -> None:
    """A number would be a day of 1970: found by the fuzzer."""
    answer = await api.as_(HERE.manager).get(f"/deadlines?due_before={day}")
    problem_of(answer, 422, "invalid")
