"""Rights end with the work: from the next day the family is not there, by any way to it (K11)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from app.domain.access.rules import GrantReason
from app.domain.access.service import grant
from app.domain.actor import Role
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.service import start
from app.domain.families.tables import Family
from tests.factories.api import Api
from tests.factories.assignments import substitution, transfer
from tests.factories.cases import MadeCase, make_case
from tests.factories.endings import add_final_assessment, closure, make_assisted, version_of
from tests.factories.people import HERE, Person, World
from tests.factories.placements import add_placement
from tests.factories.referrals import add_referral
from tests.factories.visits import visit_said

TODAY, DAY = date(2026, 3, 10), timedelta(days=1)
SW, FA, FC, MG = HERE.social_worker, HERE.assistant, HERE.coordinator, HERE.manager
OTHER = HERE.other_assistant
Ends = Callable[[Api, World, MadeCase], Awaitable[Response]]
KEPT = {"archived_on": str(TODAY), "retention_category": "B-10", "retention_until": "2037-01-01"}
DUE = {Role.SOCIAL_WORKER: DeadlineKind.INTERVIEW_UPDATE, Role.ASSISTANT: DeadlineKind.PLAN}


async def _transfer(api: Api, world: World, made: MadeCase) -> Response:
    path, version = f"/cases/{made.case}/transfers", await version_of(world, made.case)
    return await api.as_(MG).post(path, transfer(OTHER, TODAY + DAY), version=version)


async def _close(api: Api, world: World, made: MadeCase) -> Response:
    await add_final_assessment(world, made)
    motion = {"kind": "closure", "closure_reason": "goals_achieved"}
    await api.as_(FA).post(f"/cases/{made.case}/motions", motion)
    path, version = f"/cases/{made.case}/closure", await version_of(world, made.case)
    return await api.as_(MG).post(path, closure(api, monitoring=False), version=version)


async def _substitute(api: Api, _: World, made: MadeCase) -> Response:
    path = f"/cases/{made.case}/substitutions"
    return await api.as_(MG).post(path, substitution(OTHER, TODAY, TODAY))


async def _return(api: Api, world: World, made: MadeCase) -> Response:
    del world
    (placement,) = (await api.as_(FC).get(f"/cases/{made.case}/placements")).json()["items"]
    said = {"ended_on": str(TODAY), "outcome": "returned", "note": None}
    path, version = f"/placements/{placement['id']}/return", placement["version"]
    return await api.as_(FC).post(path, said, version=version)


async def _hand_over(api: Api, world: World, made: MadeCase) -> Response:
    said = {"social_worker_id": str(HERE.other_social_worker.id), "reason": "worker_leaves"}
    path, version = f"/cases/{made.case}/social-worker", await version_of(world, made.case)
    return await api.as_(MG).post(path, said, version=version)


async def _take_role(api: Api, world: World, made: MadeCase) -> Response:
    """Take the role from somebody whose case is another's and who still has a right of before."""
    async with world.acting() as act:
        (await act.find(Case, made.case)).social_worker_id = HERE.other_social_worker.id
    said = {"roles": ["foster_care_coordinator"]}
    return await api.as_(MG).patch(f"/staff/{SW.id}", said, version=1)


async def _move(api: Api, _: World, made: MadeCase) -> Response:
    said = {"district_id": str(HERE.other_district)}
    return await api.as_(SW).patch(f"/families/{made.family}", said, version=1)


async def _archive(api: Api, world: World, made: MadeCase) -> Response:
    path, version = f"/cases/{made.case}/archive", await version_of(world, made.case)
    return await api.as_(MG).post(path, KEPT, version=version)


async def _find_no_need(api: Api, _: World, made: MadeCase) -> Response:
    interview = (await api.as_(SW).get(f"/cases/{made.case}")).json()["links"]["interview"]
    said = {
        "done_on": str(TODAY),
        "living_situation": "Mieszkanie komunalne.",
        "problems": ["living"],
        "diagnosis": "Rodzina radzi sobie sama.",
        "need": False,
        "need_reason": "Pomoc babci wystarcza.",
        "children_heard": [{"person_id": str(made.child), "heard": True}],
    }
    return await api.as_(SW).post(f"/interviews/{interview}/completion", said, version=1)


def _decision(part: str, **said: str) -> Ends:
    async def decide(api: Api, world: World, made: MadeCase) -> Response:
        referral = await add_referral(world, made, submitted=True)
        return await api.as_(MG).post(f"/referrals/{referral}/{part}", said, version=1)

    return decide


async def _end_monitoring(api: Api, world: World, made: MadeCase) -> Response:
    said = {"ended_on": str(TODAY), "outcome": "Stabilnie.", "retention_category": "B-10"}
    path, version = f"/cases/{made.case}/monitoring-end", await version_of(world, made.case)
    return await api.as_(MG).post(path, said, version=version)


async def _monitored(api: Api, world: World, made: MadeCase) -> Response:
    await add_final_assessment(world, made)
    motion = {"kind": "closure", "closure_reason": "goals_achieved"}
    await api.as_(FA).post(f"/cases/{made.case}/motions", motion)
    path, version = f"/cases/{made.case}/closure", await version_of(world, made.case)
    closed = await api.as_(MG).post(path, closure(api), version=version)
    assert closed.status_code == 201, closed.text
    return await _end_monitoring(api, world, made)


async def _relapse(api: Api, _: World, made: MadeCase) -> Response:
    """Let the worker of the district take the family over with a new signal."""
    said = _signal(made) | {"previous_case_id": str(made.case)}
    return await api.as_(HERE.other_social_worker).post("/signals", said)


def _signal(made: MadeCase) -> dict[str, Any]:
    said = {"family_id": str(made.family), "received_on": str(TODAY), "urgent": False}
    return said | {"source": "institution", "institution": "Szkoła nr 5", "description": "Głód."}


@dataclass(frozen=True, slots=True)
class End:
    """How the work of somebody ends, and in which state of the case; `then` is who they are."""

    name: str
    who: Person
    ends: Ends
    state: CaseState = CaseState.IN_PROGRESS
    then: Role | None = None
    district: bool = False
    at_once: bool = False


ENDS = (
    End("transfer", FA, _transfer),
    End("closure", FA, _close),
    End("substitution over", OTHER, _substitute),
    End("child returned", FC, _return),
    End("handed over", SW, _hand_over, at_once=True),
    End("role removed", SW, _take_role, then=Role.FOSTER_CARE_COORDINATOR),
    End("another district", SW, _move, district=True),
    End("archive", SW, _archive, CaseState.CLOSED),
    End("archive after a refusal", SW, _archive, CaseState.CONSENT_REFUSED),
    End("no need", SW, _find_no_need, CaseState.INTERVIEW_IN_PROGRESS),
    End("refused", SW, _decision("refusal", reason="Wyjazd."), CaseState.UNDER_ANALYSIS),
    End(
        "redirected",
        SW,
        _decision("redirection", route="gmina_unit", target="Poradnia", reason="Inna pomoc."),
        CaseState.UNDER_ANALYSIS,
    ),
    End("end of monitoring", SW, _monitored),
    End("relapse", SW, _relapse, CaseState.MONITORING),
)
EVERY_END = pytest.mark.parametrize("end", ENDS, ids=[end.name for end in ENDS])


async def _at_work(world: World, end: End) -> MadeCase:
    """Put everybody to work on a family, of whose district none of them is unless it moves."""
    assisted = end.state is CaseState.IN_PROGRESS
    made = await (make_assisted(world) if assisted else make_case(world, end.state))
    if end.who == FC:
        await add_placement(world, made, coordinator=FC)
    async with world.acting() as act:
        if not end.district:
            (await act.find(Family, made.family)).district_id = HERE.other_district
        for reason, source in (
            (GrantReason.CASEWORK, made.case),
            (GrantReason.RECORDED, made.family),
        ):
            grant(
                act,
                account_id=SW.id,
                family_id=made.family,
                reason=reason,
                source_id=source,
                valid_from=act.today,
            )
        case = await act.find(Case, made.case)
        for kind in DUE.values():
            due = {"started_on": act.today, "due_on": act.today + DAY}
            start(act, case, kind, **due, subject_id=uuid4())
    return made


async def _ways(api: Api, person: Person, made: MadeCase) -> dict[str, bool]:
    """Tell by which ways the family is there for somebody."""
    caller, family, case = api.as_(person), str(made.family), str(made.case)
    rows = (f"/families/{family}", f"/cases/{case}", f"/cases/{case}/timeline")
    shown = {path: await caller.get(path) for path in (*rows, f"/cases/{case}/assessments")}
    assert {answer.status_code for answer in shown.values()} <= {200, 404}
    found = {path: answer.status_code == 200 for path, answer in shown.items()}
    lists = ("/families", "/cases", "/deadlines", "/worklist")
    return found | {path: family in (await caller.get(path)).text for path in lists}


def _commands(person: Person, made: MadeCase, day: date) -> tuple[str, dict[str, Any]]:
    """Return a command that whoever sees the family may at least try."""
    if Role.ASSISTANT in person.roles:
        said = visit_said(made, held_on=str(day), next_visit_on=None)
        return f"/cases/{made.case}/visits", said
    if Role.SOCIAL_WORKER in person.roles:
        return "/signals", _signal(made) | {"received_on": str(day)}
    said = {"person_id": str(made.child), "form": "family", "starts_on": str(day)}
    said |= {"legal_basis": "court_order", "reference": "III Nsm 100/26"}
    return f"/cases/{made.case}/placements", said


@pytest.mark.rule("K11")
@EVERY_END
async def test_from_the_next_day_the_family_is_not_there_by_any_way(
    api: Api, world: World, end: End
) -> None:
    made = await _at_work(world, end)
    if end.name != "substitution over":
        before = await _ways(api, end.who, made)
        listed = before.pop("/worklist"), before.pop("/deadlines")
        assert all(before.values()), before
        assert all(listed) or end.who == FC
    ended = await end.ends(api, world, made)
    assert ended.status_code in {200, 201}, ended.text
    if end.name == "substitution over":
        assert (await api.as_(OTHER).get(f"/families/{made.family}")).status_code == 200
    api.clock.travel(days=1)
    who = replace(end.who, roles=frozenset({end.then})) if end.then else end.who
    after = await _ways(api, who, made)
    assert not any(after.values()), after
    path, said = _commands(who, made, TODAY + DAY)
    assert (await api.as_(who).post(path, said)).status_code == 404


@EVERY_END
async def test_the_manager_keeps_seeing_the_family(api: Api, world: World, end: End) -> None:
    made = await _at_work(world, end)
    await end.ends(api, world, made)
    api.clock.travel(days=1)
    found = await _ways(api, MG, made)
    assert all(found[path] for path in found if path not in {"/deadlines", "/worklist"}), found


@pytest.mark.rule("K11")
@pytest.mark.parametrize(
    "end", [e for e in ENDS if e.who == SW and not e.then], ids=lambda end: end.name
)
async def test_the_social_worker_finishes_the_day_of_the_end(
    api: Api, world: World, end: End
) -> None:
    made = await _at_work(world, end)
    await end.ends(api, world, made)
    seen = (await api.as_(SW).get(f"/families/{made.family}")).status_code
    assert seen == (404 if end.at_once else 200), "what is handed over is another's at once"


@pytest.mark.rule("K11")
async def test_who_left_work_is_not_signed_in_any_more(api: Api, world: World) -> None:
    made = await _at_work(world, ENDS[0])
    left = await api.as_(MG).post(f"/staff/{FA.id}/deactivation", version=1)
    assert left.status_code == 200, left.text
    for path in (f"/families/{made.family}", "/families", "/worklist"):
        assert (await api.as_(FA).get(path)).status_code == 401


@pytest.mark.rule("K11")
@pytest.mark.parametrize("to", [None, HERE.district])
async def test_a_family_that_no_district_takes_over_stays_with_its_social_worker(
    api: Api, world: World, to: object
) -> None:
    made = await _at_work(world, next(end for end in ENDS if end.district))
    said = {"district_id": str(to) if to else None}
    moved = await api.as_(SW).patch(f"/families/{made.family}", said, version=1)
    assert moved.status_code == 200, moved.text
    api.clock.travel(days=1)
    assert all((await _ways(api, SW, made)).values())


async def test_the_social_worker_of_the_new_case_keeps_the_family(api: Api, world: World) -> None:
    made = await _at_work(world, replace(ENDS[-1], district=True))
    said = _signal(made) | {"previous_case_id": str(made.case)}
    taken = await api.as_(SW).post("/signals", said)
    assert taken.status_code == 201, taken.text
    api.clock.travel(days=1)
    async with world.acting() as act:
        (await act.find(Family, made.family)).district_id = HERE.other_district
    assert (await api.as_(SW).get(f"/families/{made.family}")).status_code == 200
