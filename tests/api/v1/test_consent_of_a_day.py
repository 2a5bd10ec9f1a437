"""What is recorded about an earlier day is judged by the consent of that day (A1, 2.4)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from tests.api.v1.test_withdraw_consent import path_of, withdrawal
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.consents import add_consent, add_father
from tests.factories.diagnoses import diagnosis_said
from tests.factories.people import HERE, Person, World
from tests.factories.visits import COOPERATION, first_visit_said, visit_said

THE_DAY_BEFORE, THE_DAY, A_DAY_LATER = "2026-03-11", "2026-03-12", "2026-03-13"


def later_visit(made: MadeCase, day: str) -> tuple[str, dict[str, Any]]:
    return "visits", visit_said(made, held_on=day)


def first_visit(made: MadeCase, day: str) -> tuple[str, dict[str, Any]]:
    return "first-visit", first_visit_said(made, held_on=day)


def agreement(_: MadeCase, day: str) -> tuple[str, dict[str, Any]]:
    return "cooperation-agreements", COOPERATION | {"agreed_on": day}


def diagnosis(made: MadeCase, day: str) -> tuple[str, dict[str, Any]]:
    return "diagnoses", diagnosis_said(made) | {"made_on": day}


async def withdraw(api: Api, world: World, made: MadeCase, on: str) -> None:
    api.clock.go_to(date.fromisoformat(on))
    said = withdrawal(made.mother, withdrawn_on=on)
    response = await api.as_(HERE.social_worker).post(await path_of(world, made), said, version=1)
    assert response.status_code == 200, response.text


async def renew(api: Api, made: MadeCase, on: str) -> None:
    api.clock.go_to(date.fromisoformat(on))
    said: dict[str, Any] = {"signed_on": on, "signer_ids": [str(made.mother)], "form": "written"}
    said |= {"document_ref": "ZG/8/2026", "scope": "Współpraca z asystentem rodziny."}
    said |= {"information_clause_handed": True}
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/consents", said)
    assert response.status_code == 201, response.text


@pytest.mark.rule("A1")
@pytest.mark.rule("2.4")
@pytest.mark.parametrize(
    ("state", "record"),
    [
        (CaseState.IN_PROGRESS, later_visit),
        (CaseState.ASSIGNED, first_visit),
        (CaseState.IN_PROGRESS, agreement),
        (CaseState.FIRST_VISIT_DONE, diagnosis),
    ],
)
async def test_what_was_done_until_the_day_before_the_withdrawal_is_still_recorded(
    api: Api,
    world: World,
    state: CaseState,
    record: Callable[[MadeCase, str], tuple[str, dict[str, Any]]],
) -> None:
    made = await make_case(world, state)
    await withdraw(api, world, made, THE_DAY)
    assistant = api.as_(HERE.assistant)
    what, said = record(made, THE_DAY)
    problem_of(await assistant.post(f"/cases/{made.case}/{what}", said), 409, "A1")
    what, said = record(made, THE_DAY_BEFORE)
    response = await assistant.post(f"/cases/{made.case}/{what}", said)
    assert response.status_code == 201, response.text


@pytest.mark.rule("2.4")
@pytest.mark.parametrize(
    ("day", "status"),
    [("2026-03-11", 201), ("2026-03-12", 409), ("2026-03-15", 409), ("2026-03-16", 201)],
)
async def test_a_renewal_does_not_reach_back(api: Api, world: World, day: str, status: int) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    await withdraw(api, world, made, "2026-03-12")
    await renew(api, made, "2026-03-16")
    said = visit_said(made, held_on=day)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", said)
    assert response.status_code == status, response.text


@pytest.mark.rule("A1")
async def test_a_parent_who_joins_later_was_not_missing_before(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    father = await add_father(world, made)
    api.clock.go_to(date(2026, 3, 13))
    path, assistant = f"/cases/{made.case}/visits", api.as_(HERE.assistant)
    said = visit_said(made, held_on=THE_DAY)
    problem_of(await assistant.post(path, said), 409, "A1")
    async with world.acting() as act:
        await add_consent(act, made.family, made.case, father)
    assert (await assistant.post(path, said)).status_code == 201


@pytest.mark.rule("A1")
@pytest.mark.parametrize(("day", "status"), [(THE_DAY_BEFORE, 201), (THE_DAY, 409)])
async def test_the_consent_of_the_only_signer_binds_until_the_day_of_her_departure(
    api: Api, world: World, day: str, status: int
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    api.clock.go_to(date(2026, 3, 13))
    left = {"left_on": THE_DAY, "left_reason": "death"}
    departed = await api.as_(HERE.social_worker).post(
        f"/members/{made.mother}/departure", left, version=1
    )
    assert departed.status_code == 200, departed.text
    said = visit_said(made, held_on=day, present=[str(made.child)])
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", said)
    assert response.status_code == status, response.text


@pytest.mark.rule("2.4")
@pytest.mark.parametrize(("day", "status"), [(THE_DAY_BEFORE, 200), (A_DAY_LATER, 409)])
async def test_no_correction_moves_a_visit_past_the_withdrawal(
    api: Api, world: World, day: str, status: int
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    assistant = api.as_(HERE.assistant)
    recorded = await assistant.post(f"/cases/{made.case}/visits", visit_said(made))
    await withdraw(api, world, made, THE_DAY)
    api.clock.go_to(date.fromisoformat(A_DAY_LATER))
    said = {"held_on": day, "correction_reason": "Pomylony dzień."}
    response = await assistant.patch(recorded.headers["location"], said, version=1)
    assert response.status_code == status, response.text


async def to_complete(api: Api, person: Person) -> list[dict[str, Any]]:
    waiting = (await api.as_(person).get("/worklist")).json()["waiting"]
    return [task for task in waiting if task["kind"] == "consent_to_complete"]


@pytest.mark.rule("A1")
async def test_the_social_worker_is_told_that_the_only_signer_has_left(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.SUSPENDED)
    assert await to_complete(api, HERE.social_worker) == []
    left = {"left_on": "2026-03-09", "left_reason": "death"}
    await api.as_(HERE.social_worker).post(f"/members/{made.mother}/departure", left, version=1)
    (task,) = await to_complete(api, HERE.social_worker)
    assert (task["case_id"], task["since"]) == (str(made.case), "2026-03-09")
    for person in (HERE.assistant, HERE.manager, HERE.other_social_worker):
        assert await to_complete(api, person) == []


@pytest.mark.rule("A1")
async def test_another_parent_who_takes_part_must_sign_and_one_who_does_not_need_not(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    await add_father(world, made, participates=False)
    assert await to_complete(api, HERE.social_worker) == []
    father = await add_father(world, made)
    assert len(await to_complete(api, HERE.social_worker)) == 1
    async with world.acting() as act:
        await add_consent(act, made.family, made.case, father)
    assert await to_complete(api, HERE.social_worker) == []


@pytest.mark.parametrize("state", [CaseState.UNDER_ANALYSIS, CaseState.CLOSED])
async def test_nobody_is_asked_for_a_consent_where_nobody_is_served(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_case(world, state)
    await add_father(world, made)
    assert await to_complete(api, HERE.social_worker) == []
