"""Act: the manager hands a case over to the archive (13→15, K8)."""

from datetime import date
from typing import Any

import pytest
from httpx import Response

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.endings import state_of, version_of
from tests.factories.people import ELSEWHERE, HERE, Person, World

KEPT = {"archived_on": "2026-03-10", "retention_category": "B-10", "retention_until": "2037-01-01"}


async def archive(api: Api, world: World, made: MadeCase, **changes: Any) -> Response:
    """Archive as the manager."""
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/archive"
    return await api.as_(HERE.manager).post(path, KEPT | changes, version=version)


@pytest.mark.rule("K8")
@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.CONSENT_REFUSED])
async def test_a_closed_or_refused_case_is_archived_with_its_category(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_case(world, state)
    response = await archive(api, world, made)
    assert response.status_code == 201, response.text
    assert response.json()["retention_category"] == "B-10"
    assert await state_of(world, made.case) is CaseState.ARCHIVED
    shown = await api.as_(HERE.manager).get(response.headers["location"])
    assert shown.json() == response.json()


async def test_the_end_of_retention_may_be_unknown(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    response = await archive(api, world, made, retention_until=None)
    assert response.json()["retention_until"] is None


@pytest.mark.rule("K8")
@pytest.mark.parametrize(
    "changes",
    [
        {"retention_until": "2026-03-10", "retention_category": "A"},
        {"archived_on": "2026-03-11"},
        {"archived_on": "2026-03-09"},
    ],
)
async def test_a_file_is_archived_after_the_work_and_kept_after_that(
    api: Api, world: World, changes: dict[str, str]
) -> None:
    made = await make_case(world, CaseState.CLOSED)
    problem_of(await archive(api, world, made, **changes), 422, "K8")


@pytest.mark.rule("K8")
@pytest.mark.parametrize(
    ("category", "early", "first"),
    [("B-10", "2036-12-31", "2037-01-01"), ("BE-5", "2031-12-31", "2032-01-01")],
)
@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.CONSENT_REFUSED])
async def test_the_end_of_retention_is_not_before_the_one_of_its_category(
    api: Api, world: World, state: CaseState, category: str, early: str, first: str
) -> None:
    made = await make_case(world, state)
    said = {"retention_category": category}
    refused = problem_of(await archive(api, world, made, **said, retention_until=early), 422, "K8")
    assert refused["type"].endswith("retention_below_category")
    assert refused["errors"][0]["pointer"] == "#/retention_until"
    assert await state_of(world, made.case) is state
    assert (await archive(api, world, made, **said, retention_until=first)).status_code == 201


@pytest.mark.rule("K8")
async def test_a_category_counts_from_the_closure_and_not_from_the_archiving(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.CLOSED)
    async with world.acting() as act:
        (await act.find(Case, made.case)).closed_on = date(2025, 12, 31)
    refused = await archive(api, world, made, retention_until="2035-12-31")
    problem_of(refused, 422, "K8")
    assert (await archive(api, world, made, retention_until="2036-01-01")).status_code == 201


@pytest.mark.rule("K8")
async def test_a_category_without_years_is_kept_as_it_is_said(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    said = {"retention_category": "A", "retention_until": "2026-03-11"}
    assert (await archive(api, world, made, **said)).status_code == 201


@pytest.mark.rule("K8")
@pytest.mark.parametrize("category", ["B-10", "BE-10"])
async def test_the_centres_years_are_no_fewer_than_its_category_names(
    api: Api, category: str
) -> None:
    manager, path = api.as_(HERE.manager), "/centre/settings"
    said = {"valid_from": "2026-03-10", "retention_category": category}
    refused = problem_of(await manager.post(path, said | {"retention_years": 9}), 422, "K8")
    assert refused["type"].endswith("retention_years_below_category")
    assert (await manager.post(path, said | {"retention_years": 10})).status_code == 201


@pytest.mark.parametrize("state", [CaseState.IN_PROGRESS, CaseState.MONITORING, CaseState.ARCHIVED])
async def test_nothing_else_is_archived_directly(api: Api, world: World, state: CaseState) -> None:
    made = await make_case(world, state)
    problem_of(await archive(api, world, made), 409, "illegal_step")


@pytest.mark.parametrize("person", [HERE.assistant, HERE.social_worker, HERE.coordinator])
async def test_nobody_but_the_manager_archives(api: Api, world: World, person: Person) -> None:
    made = await make_case(world, CaseState.CLOSED)
    response = await api.as_(person).post(f"/cases/{made.case}/archive", KEPT, version=1)
    problem_of(response, 403, "not_your_role")


async def test_the_manager_of_another_centre_sees_no_case(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    path = f"/cases/{made.case}/archive"
    manager = api.as_(ELSEWHERE.manager)
    assert (await manager.post(path, KEPT, version=1)).status_code == 404
    assert (await manager.get(path)).status_code == 404


OWN = {"valid_from": "2026-03-10", "retention_category": "BE-5", "retention_years": 5}


@pytest.mark.rule("K8")
@pytest.mark.parametrize(
    ("said", "category", "until"),
    [
        ({}, "BE-5", "2032-01-01"),
        ({"retention_category": "B-10"}, "B-10", None),
        ({"retention_until": "2040-01-01"}, "BE-5", "2040-01-01"),
        ({"retention_category": None}, "BE-5", "2032-01-01"),
    ],
)
async def test_the_centres_own_category_is_taken_where_none_is_said(
    api: Api, world: World, said: dict[str, Any], category: str, until: str | None
) -> None:
    assert (await api.as_(HERE.manager).post("/centre/settings", OWN)).status_code == 201
    made = await make_case(world, CaseState.CLOSED)
    path = f"/cases/{made.case}/archive"
    body = {"archived_on": "2026-03-10"} | said
    found = (await api.as_(HERE.manager).post(path, body, version=1)).json()
    assert (found["retention_category"], found["retention_until"]) == (category, until)
    assert (await api.as_(HERE.manager).get(path)).json() == found


@pytest.mark.rule("K8")
async def test_without_a_category_of_the_centre_one_is_said(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    path = f"/cases/{made.case}/archive"
    answer = await api.as_(HERE.manager).post(path, {"archived_on": "2026-03-10"}, version=1)
    assert problem_of(answer, 422, "K8")["type"].endswith("retention_category_missing")
