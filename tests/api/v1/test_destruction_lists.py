"""Act: what is over its archival period is listed, approved and destroyed, file by file (K8)."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.api import papers
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.closures.rules import retention_end
from app.domain.families.tables import Family
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.erasure import HELD, OVER, grant, hold, lift, make_archived
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.scopes import count

DAY = timedelta(days=1)
LISTS = "/destruction-lists"


async def _propose(api: Api) -> dict[str, Any]:
    answer = await api.as_(HERE.manager).post(LISTS)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _act(api: Api, listed: dict[str, Any], what: str, said: Any = None) -> Any:
    path = f"{LISTS}/{listed['id']}/{what}"
    return await api.as_(HERE.manager).post(path, said, version=listed["version"])


async def _approved(api: Api) -> dict[str, Any]:
    answer = await _act(api, await _propose(api), "approval", {})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _files(api: Api, listed: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await api.as_(HERE.manager).get(f"{LISTS}/{listed['id']}/files")
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.rule("K8")
async def test_a_list_is_proposed_approved_and_carried_out_with_a_record_of_each_file(
    api: Api, world: World
) -> None:
    made = [await make_archived(world, OVER - n * DAY) for n in range(3)]
    listed = await _propose(api)
    assert (listed["state"], listed["files"], listed["files_left"]) == ("proposed", 3, 3)
    files = await _files(api, listed)
    assert [file["retention_until"] for file in files] == ["2026-03-08", "2026-03-09", "2026-03-10"]
    assert {file["family_surname"] for file in files} == {"Żółkiewska"}
    approval = {"consent_ref": "OA.421.7.2026"}
    listed = (await _act(api, listed, "approval", approval)).json()
    assert listed["approved_by"]["full_name"] == "Renata Kulesza"
    listed = (await _act(api, listed, "execution", {"files": 2})).json()
    assert (listed["state"], listed["files_erased"], listed["files_left"]) == ("approved", 2, 1)
    listed = (await _act(api, listed, "execution", {})).json()
    assert (listed["state"], listed["carried_out_on"]) == ("carried_out", "2026-03-10")
    assert (listed["files_erased"], listed["consent_ref"]) == (3, "OA.421.7.2026")
    records = (await api.as_(HERE.manager).get("/erased-files")).json()["items"]
    assert {record["family_id"] for record in records} == {str(one.family) for one in made}
    assert {record["list_id"] for record in records} == {listed["id"]}
    shown = await _files(api, listed)
    assert {file["family_surname"] for file in shown} == {"[dane usunięte]"}
    assert {file["erased_file_id"] for file in shown} == {record["id"] for record in records}
    async with world.acting() as act:
        assert await count(act.session, "event", "type = 'file_erased'") == 3
    problem_of(await _act(api, listed, "execution", {}), 409, "illegal_step")


@pytest.mark.rule("K8")
async def test_what_is_not_over_unknown_held_in_use_or_listed_is_not_due(
    api: Api, world: World
) -> None:
    await make_archived(world, OVER + DAY)
    await make_archived(world, None)
    await make_case(world, CaseState.ARCHIVED)
    await make_case(world, CaseState.NO_NEED)
    await hold(api, await make_archived(world))
    await make_archived(world, town=ELSEWHERE)
    again = await make_archived(world)
    async with world.acting() as act:
        act.add(
            Case(
                family_id=again.family,
                state=CaseState.IN_PROGRESS,
                opened_on=act.today,
                social_worker_id=HERE.social_worker.id,
            )
        )
    problem_of(await api.as_(HERE.manager).post(LISTS), 409, "K8")
    due = await make_archived(world)
    (file,) = await _files(api, await _propose(api))
    assert file["family_id"] == str(due.family)
    problem_of(await api.as_(HERE.manager).post(LISTS), 409, "K8")
    api.clock.travel(days=1)
    assert (await _propose(api))["files"] == 1


@pytest.mark.rule("RODO17.3e")
async def test_what_came_between_leaves_a_file_out_and_the_list_says_why(
    api: Api, world: World
) -> None:
    held, kept, asked = [await make_archived(world, OVER - n * DAY) for n in range(3)]
    listed = await _approved(api)
    await hold(api, held)
    assert (await grant(api, asked)).status_code == 200
    async with world.acting() as act:
        act.add(
            Case(
                family_id=kept.family,
                state=CaseState.IN_PROGRESS,
                opened_on=act.today,
                social_worker_id=HERE.social_worker.id,
            )
        )
    listed = (await _act(api, listed, "execution", {})).json()
    assert (listed["state"], listed["files_left_out"]) == ("carried_out", 3)
    reasons = {file["family_id"]: file["left_out_because"] for file in await _files(api, listed)}
    assert reasons == {
        str(held.family): "under_hold",
        str(kept.family): "in_use",
        str(asked.family): "erased_before",
    }
    async with world.acting() as act:
        assert (await act.find(Family, held.family)).surname == "Żółkiewska"


async def test_a_lifted_hold_makes_a_file_due_again(api: Api, world: World) -> None:
    made = await make_archived(world)
    listed = await _approved(api)
    held = await hold(api, made)
    await _act(api, listed, "execution", {})
    problem_of(await api.as_(HERE.manager).post(LISTS), 409, "K8")
    await lift(api, held)
    assert (await _propose(api))["files"] == 1


async def test_a_withdrawn_list_destroys_nothing(api: Api, world: World) -> None:
    made = await make_archived(world)
    listed = (await _act(api, await _approved(api), "withdrawal")).json()
    assert (listed["state"], listed["files_left_out"]) == ("withdrawn", 1)
    problem_of(await _act(api, listed, "execution", {}), 409, "illegal_step")
    async with world.acting() as act:
        assert (await act.find(Family, made.family)).erased_on is None
    assert (await _propose(api))["files"] == 1


async def test_nothing_is_destroyed_before_it_is_approved(api: Api, world: World) -> None:
    await make_archived(world)
    listed = await _propose(api)
    problem_of(await _act(api, listed, "execution", {}), 409, "illegal_step")


@pytest.mark.parametrize(
    "person", [HERE.social_worker, HERE.assistant, HERE.coordinator, HERE.administrator]
)
async def test_the_manager_alone_decides(api: Api, world: World, person: Any) -> None:
    await make_archived(world)
    listed = await _propose(api)
    caller, path = api.as_(person), f"{LISTS}/{listed['id']}"
    problem_of(await caller.post(LISTS), 403, "not_your_role")
    problem_of(await caller.get(path), 403, "not_your_role")
    problem_of(await caller.post(f"{path}/approval", {}, version=1), 403, "not_your_role")


async def test_another_centre_knows_no_such_list(api: Api, world: World) -> None:
    await make_archived(world)
    listed = await _propose(api)
    caller, path = api.as_(ELSEWHERE.manager), f"{LISTS}/{listed['id']}"
    for said in (path, f"{path}/files"):
        problem_of(await caller.get(said), 404, "not_found")
    problem_of(await caller.post(f"{path}/approval", {}, version=1), 404, "not_found")


@pytest.mark.rule("K8")
@pytest.mark.parametrize(
    ("set_", "said", "until"),
    [
        ({"retention_category": "B-10", "retention_years": 10}, {}, "2037-01-01"),
        ({"retention_category": "B-10", "retention_years": 12}, {}, "2039-01-01"),
        (
            {"retention_category": "B-10", "retention_years": 10},
            {"retention_until": "2040-01-01"},
            "2040-01-01",
        ),
        ({"retention_category": "B-5", "retention_years": 5}, {}, None),
        ({"retention_category": "B-10"}, {}, None),
        ({}, {}, None),
    ],
)
async def test_the_centre_sets_how_long_its_category_is_kept(
    api: Api, world: World, set_: dict[str, Any], said: dict[str, str], until: str | None
) -> None:
    body = {"valid_from": "2026-03-10"} | set_
    answer = await api.as_(HERE.manager).post("/centre/settings", body)
    assert answer.status_code == 201, answer.text
    made = await make_case(world, CaseState.CLOSED)
    kept = {"archived_on": "2026-03-10", "retention_category": "B-10"} | said
    answer = await api.as_(HERE.manager).post(f"/cases/{made.case}/archive", kept, version=1)
    assert answer.json()["retention_until"] == until, answer.text


def test_a_period_is_full_years_after_the_year_of_the_closing() -> None:
    for day in (date(2026, 1, 1), date(2026, 12, 31)):
        assert retention_end(day, 10) == date(2037, 1, 1)


async def test_a_hold_that_is_set_between_listing_and_approval_counts(
    api: Api, world: World
) -> None:
    made = await make_archived(world)
    listed = await _propose(api)
    await api.as_(HERE.manager).post(f"/families/{made.family}/legal-holds", HELD)
    listed = (await _act(api, listed, "approval", {})).json()
    listed = (await _act(api, listed, "execution", {})).json()
    assert (listed["files_erased"], listed["files_left_out"]) == (0, 1)


@pytest.mark.rule("K8")
async def test_the_record_is_a_paper_of_ids_and_counts(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, held = [await make_archived(world) for _ in range(2)]
    listed = await _approved(api)
    await hold(api, held)
    listed = (await _act(api, listed, "execution", {"files": 5})).json()
    path = f"{LISTS}/{listed['id']}/record"
    answer = await api.as_(HERE.manager).get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")
    assert b"pdfaid" in answer.content
    written: list[Any] = []

    def compiled(_template: Any, data: Any, day: date) -> bytes:
        written.append((data, day))
        return b"%PDF"

    monkeypatch.setattr(papers, "_compiled", compiled)
    await api.as_(HERE.manager).get(path)
    ((said, day),) = written
    assert day == api.clock.today
    assert (said["count"], said["erased"], said["left_out"]) == (2, 1, 1)
    first, second = said["files"]
    assert (first["family_id"], first["state"]) == (str(gone.family), "zanonimizowano")
    assert first["cases"] == 1
    assert first["records"] == said["records"] > 3
    assert (second["state"], second["because"]) == ("pominięto", "wstrzymano niszczenie")
    assert second["erased_file_id"] is None
    assert "Żółkiewska" not in str(said), "the held family keeps its name, and is not named"
    assert said["approved_by"] == str(HERE.manager.id)


async def test_there_is_no_record_before_the_list_is_carried_out(api: Api, world: World) -> None:
    await make_archived(world)
    listed = await _approved(api)
    path = f"{LISTS}/{listed['id']}/record"
    refused = problem_of(await api.as_(HERE.manager).get(path), 409, "K8")
    assert refused["type"].endswith("list_not_carried_out")
    problem_of(await api.as_(ELSEWHERE.manager).get(path), 404, "not_found")
    problem_of(await api.as_(HERE.social_worker).get(path), 403, "not_your_role")
