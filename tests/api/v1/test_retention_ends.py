"""Act: a file is due when every case of it is, in whatever way each of them has ended (K8)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.domain.cases.rules import ENDED, WITHOUT_WORK, CaseState
from app.domain.cases.tables import Case
from app.domain.closures.rules import retention_end
from app.domain.destruction.queries import files_due
from app.domain.errors import Refusal
from app.domain.retention.queries import cases_of
from app.domain.retention.rules import ErasureGround, require_erasable
from tests.api.v1.test_make_interview import completion
from tests.api.v1.test_receive_signal import signal
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.covers import put_settings
from tests.factories.erasure import OVER, grant, make_archived, make_ended
from tests.factories.intake import interview_in
from tests.factories.people import HERE, World
from tests.factories.referrals import make_referral

DAY = timedelta(days=1)
TODAY = date(2026, 3, 10)
OWN: dict[str, Any] = {"retention_category": "B-1", "retention_years": 1}
# With one year, what ended on the first of these days is over since January; the other runs.
LAST_OVER, FIRST_RUNNING = date(2024, 12, 31), date(2025, 1, 1)
WAYS = sorted(WITHOUT_WORK)


async def _due(api: Api) -> list[dict[str, Any]]:
    """Propose a list and return its files; none: nothing is due."""
    manager = api.as_(HERE.manager)
    answer = await manager.post("/destruction-lists")
    if answer.status_code == 409:
        assert problem_of(answer, 409, "K8")["type"].endswith("nothing_due")
        return []
    found: list[dict[str, Any]] = (
        await manager.get(f"/destruction-lists/{answer.json()['id']}/files")
    ).json()["items"]
    return found


async def _closed_on(api: Api, made: MadeCase) -> str | None:
    shown = await api.as_(HERE.manager).get(f"/cases/{made.case}")
    found: str | None = shown.json()["closed_on"]
    return found


@pytest.mark.rule("K8")
@pytest.mark.parametrize("state", WAYS)
async def test_a_later_case_that_came_to_no_work_keeps_the_file_of_an_archived_one(
    api: Api, world: World, state: CaseState
) -> None:
    await put_settings(api, **OWN)
    for later in (FIRST_RUNNING, None):
        await make_ended(world, state, later, older=await make_archived(world))
    assert await _due(api) == []
    over = await make_ended(world, state, LAST_OVER, older=await make_archived(world, OVER))
    (file,) = await _due(api)
    assert file["family_id"] == str(over.family)
    assert file["retention_until"] == "2026-03-10", "the case that is kept longest"
    assert file["categories"] == ["B-1", "B-10"]


@pytest.mark.rule("K8")
@pytest.mark.parametrize("state", WAYS)
async def test_a_file_without_any_work_is_due_after_the_centres_years(
    api: Api, world: World, state: CaseState
) -> None:
    await put_settings(api, **OWN)
    await make_ended(world, state, FIRST_RUNNING)
    await make_ended(world, state, None)
    over = await make_ended(world, state, LAST_OVER)
    (file,) = await _due(api)
    assert file["family_id"] == str(over.family)
    assert (file["retention_until"], file["categories"]) == ("2026-01-01", ["B-1"])


@pytest.mark.rule("K8")
async def test_it_is_due_on_the_first_of_january_and_not_the_day_before(
    api: Api, world: World
) -> None:
    await put_settings(api, **OWN)
    await make_ended(world, CaseState.REFUSED, FIRST_RUNNING)
    api.clock.travel(days=(date(2026, 12, 31) - TODAY).days)
    assert await _due(api) == []
    api.clock.travel(days=1)
    assert [file["retention_until"] for file in await _due(api)] == ["2027-01-01"]


@pytest.mark.rule("K8")
@pytest.mark.parametrize("own", [{}, {"retention_category": "B-1"}, {"retention_years": 1}])
async def test_without_a_category_and_years_of_the_centre_no_such_file_is_ever_due(
    api: Api, world: World, own: dict[str, Any]
) -> None:
    await put_settings(api, **own)
    await make_ended(world, CaseState.NO_NEED, date(1990, 1, 1))
    assert await _due(api) == []


@pytest.mark.rule("K8")
@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.MONITORING])
async def test_a_case_that_a_relapse_has_ended_is_kept_from_the_day_of_its_closure(
    api: Api, world: World, state: CaseState
) -> None:
    await put_settings(api, **OWN)
    worker, made = api.as_(HERE.social_worker), []
    for closed_on in (LAST_OVER, FIRST_RUNNING):
        made.append(await make_ended(world, state, closed_on))
        relapse = signal(made[-1].family, previous_case_id=str(made[-1].case))
        answer = await worker.post("/signals", relapse)
        assert answer.status_code == 201, answer.text
    assert await _due(api) == [], "the new cases go on"
    async with world.acting() as act:
        live = select(Case).where(col(Case.state) == CaseState.SIGNAL_RECEIVED)
        for case in await act.session.scalars(live):
            case.state, case.closed_on = CaseState.NO_NEED, LAST_OVER
    (file,) = await _due(api)
    assert file["family_id"] == str(made[0].family)


@pytest.mark.rule("K8")
async def test_what_a_later_case_keeps_is_left_out_of_an_approved_list(
    api: Api, world: World
) -> None:
    await put_settings(api, **OWN)
    manager, made = api.as_(HERE.manager), await make_archived(world)
    listed = (await manager.post("/destruction-lists")).json()
    path = f"/destruction-lists/{listed['id']}"
    listed = (await manager.post(f"{path}/approval", {}, version=listed["version"])).json()
    await make_ended(world, CaseState.NO_NEED, FIRST_RUNNING, older=made)
    await manager.post(f"{path}/execution", {}, version=listed["version"])
    (file,) = (await manager.get(f"{path}/files")).json()["items"]
    assert (file["state"], file["left_out_because"]) == ("left_out", "kept_longer")


@pytest.mark.rule("K8")
@pytest.mark.parametrize(("closed_on", "status"), [(LAST_OVER, 200), (FIRST_RUNNING, 409)])
async def test_a_persons_request_is_judged_by_the_same_end(
    api: Api, world: World, closed_on: date, status: int
) -> None:
    await put_settings(api, **OWN)
    made = await make_ended(world, CaseState.REDIRECTED, closed_on)
    answer = await grant(api, made)
    assert answer.status_code == status, answer.text
    if status == 200:
        (erased,) = (await api.as_(HERE.manager).get("/erased-files")).json()["items"]
        assert erased["categories"] == ["B-1"]


@pytest.mark.rule("K8")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("refusal", {"reason": "Rodzina wyprowadziła się."}),
        (
            "redirection",
            {"route": "commissioned_entity", "target": "Dom", "reason": "Zlecono."},
        ),
        ("return", {"reason": "Brakuje dochodów.", "missing": ["dochody"]}),
    ],
)
async def test_a_decision_that_ends_the_case_is_its_last_day(
    api: Api, world: World, command: str, said: dict[str, Any]
) -> None:
    referral, made = await make_referral(world, CaseState.UNDER_ANALYSIS)
    api.clock.travel(days=2)
    path = f"/referrals/{referral}/{command}"
    assert (await api.as_(HERE.manager).post(path, said, version=1)).status_code == 200
    assert await _closed_on(api, made) == (None if command == "return" else "2026-03-12")


@pytest.mark.rule("K8")
@pytest.mark.parametrize("need", [True, False])
async def test_a_case_without_need_ends_on_the_day_of_its_interview(
    api: Api, world: World, *, need: bool
) -> None:
    made = await make_case(world, CaseState.INTERVIEW_IN_PROGRESS)
    path = f"/interviews/{await interview_in(world, made.case)}/completion"
    said = completion(made, need=need, need_reason="Rodzina radzi sobie sama.")
    api.clock.travel(days=2)
    answer = await api.as_(HERE.social_worker).post(path, said, version=1)
    assert answer.status_code == 200, answer.text
    assert said["done_on"] == "2026-03-10"
    assert await _closed_on(api, made) == (None if need else "2026-03-10")


@pytest.mark.rule("K8")
async def test_the_database_counts_a_period_as_the_rule_does(world: World) -> None:
    days = [date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 1)]
    async with world.acting() as act:
        for day in days:
            for years in (1, 10, 100):
                said = await act.session.scalar(select(func.app.retention_end(day, years)))
                assert said == retention_end(day, years)
        assert await act.session.scalar(select(func.app.retention_end(None, 1))) is None


async def _erasable(world: World, files: Sequence[MadeCase]) -> set[str]:
    """Ask the rule about each file."""
    found = set()
    async with world.acting() as act:
        for made in files:
            facts = [case for case, _ in (await cases_of(act, made.family)).values()]
            try:
                require_erasable(ErasureGround.RETENTION_OVER, facts, act.today)
            except Refusal:
                continue
            found.add(str(made.family))
    return found


@pytest.mark.rule("K8")
async def test_the_list_finds_exactly_the_files_that_the_rule_lets_go(
    api: Api, world: World
) -> None:
    await put_settings(api, **OWN)
    files = []
    for until in (OVER, OVER + DAY, None):
        for state in sorted(ENDED):
            for ended in (LAST_OVER, FIRST_RUNNING, None):
                older = await make_archived(world, until)
                files.append(await make_ended(world, state, ended, older=older))
    async with world.acting() as act:
        due = {str(file.family_id) for file in await files_due(act)}
    assert due == await _erasable(world, files)
    assert len(due) == len(ENDED), "with an archived case that is over, one way of ending each"
