"""What a field shows to whom: each field of the matrix asked for as everybody who may call."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.domain.cases.rules import CaseState
from app.domain.oversight.rules import UnusualSign
from app.domain.oversight.tables import AccessSign
from tests.factories.api import Api, Caller
from tests.factories.cases import MadeCase, make_case
from tests.factories.covers import COVERED_AND_COVERING, ask_cover, put_settings, set_cover
from tests.factories.emergencies import open_file
from tests.factories.erasure import hold
from tests.factories.families import search
from tests.factories.hiring import somebody
from tests.factories.people import HERE, Person, World
from tests.factories.relations import RELATIONS
from tests.factories.rights import receive

# Of each who asked: their role, the row scope in which they stood (None: in none), whether the
# field was filled for them, or taken from them.
Seen = list[tuple[str, str | None, bool]]
Probe = Callable[[Api, World], Awaitable[Seen]]
Ask = Callable[[Caller], Awaitable[Any]]
_NOT_THERE = object()
_OPENERS = (HERE.social_worker, HERE.other_assistant, HERE.coordinator)
_HIDDEN = next(relation for relation in RELATIONS if relation.name == "of another district")
_OVER = {"override_local_limit": True, "override_reason": "Nagły wyjazd."}


def _role(person: Person) -> str:
    (role,) = person.roles
    return role.value


async def _made(world: World) -> MadeCase:
    return await make_case(world, CaseState.IN_PROGRESS)


async def _by_relation(api: Api, world: World, made: MadeCase, ask: Ask) -> Seen:
    """Ask by every relation to a family; whom it is hidden from is not shown the field either."""
    seen: Seen = []
    for relation in (r for r in RELATIONS if r.here and not r.archived):
        await relation.put(world, made.family)
        found = await ask(api.as_(relation.person))
        if found is not _NOT_THERE:
            seen.append((relation.role, relation.scope, bool(found)))
    return seen


async def _held(api: Api, world: World) -> Seen:
    made = await _made(world)
    await hold(api, made)

    async def ask(caller: Caller) -> Any:
        shown = await caller.get(f"/families/{made.family}")
        return shown.json()["under_legal_hold"] if shown.status_code == 200 else _NOT_THERE

    return await _by_relation(api, world, made, ask)


def _candidate(name: str) -> Probe:
    async def probe(api: Api, world: World) -> Seen:
        async def ask(caller: Caller) -> Any:
            return (await search(caller, text="Żółkiewska"))["candidates"][0][name]

        return await _by_relation(api, world, await _made(world), ask)

    return probe


async def _opened(api: Api, world: World) -> Seen:
    """Open a file, read the access while it is open and after; then see the family anew."""
    made = await _made(world)
    seen: Seen = []
    paths: dict[str, str] = {}
    await _HIDDEN.put(world, made.family)

    async def shown(person: Person, opener: str) -> bool:
        answer = await api.as_(person).get(paths[opener])
        return answer.json()["family_surname"] is not None

    for person in _OPENERS:
        path = f"/emergency-accesses/{(await open_file(api, person, hours=2))['id']}"
        paths[_role(person)] = path
        seen.append((_role(person), "opened", await shown(person, _role(person))))
        seen.append((_role(HERE.manager), "centre", await shown(HERE.manager, _role(person))))
    api.clock.travel(minutes=121)
    for relation in (r for r in RELATIONS if r.person in _OPENERS and r.here and not r.archived):
        await relation.put(world, made.family)
        found = await shown(relation.person, relation.role)
        seen.append((relation.role, relation.scope, found))
    return seen


async def _why_absent(api: Api, world: World) -> Seen:  # noqa: ARG001 - a probe
    seen: Seen = []
    for absent, covering in COVERED_AND_COVERING:
        there = await set_cover(api, absent, covering, api.clock.today, api.clock.today)
        asking = ((HERE.manager, "centre"), (absent, "self"), (covering, None))
        for person, scope in asking:
            shown = (await api.as_(person).get(f"/covers/{there['id']}")).json()
            listed = (await api.as_(person).get("/covers")).json()["items"]
            (item,) = (item for item in listed if item["id"] == there["id"])
            assert item["reason"] == shown["reason"]
            seen.append((_role(person), scope, shown["reason"] is not None))
    return seen


async def _beyond_the_limit(api: Api, world: World) -> Seen:  # noqa: ARG001 - a probe
    await put_settings(api, workers_set_own_cover=True)
    seen: Seen = []
    day = api.clock.today
    for absent, covering in COVERED_AND_COVERING:
        for person, scope in ((absent, "absent"), (HERE.manager, "centre")):
            answer = await ask_cover(api, absent, covering, day, day, who=person, **_OVER)
            assert answer.status_code in {201, 403}, answer.text
            seen.append((_role(person), scope, answer.status_code == 201))
    return seen


def _profile(name: str) -> Probe:
    async def probe(api: Api, world: World) -> Seen:  # noqa: ARG001 - a probe
        of = HERE.assistant
        people = (HERE.social_worker, HERE.assistant, HERE.coordinator, HERE.administrator)
        own = [(person, person, "self") for person in people]
        seen: Seen = []
        for person, whose, scope in (
            *own,
            (HERE.manager, of, "centre"),
            (HERE.administrator, of, None),
        ):
            shown = (await api.as_(person).get(f"/staff/{whose.id}")).json()
            seen.append((_role(person), scope, shown[name] is not None))
        return seen

    return probe


async def _new_roles(api: Api, world: World) -> Seen:  # noqa: ARG001 - a probe
    asking = (
        (HERE.manager, HERE.social_worker, "centre", ["social_worker", "manager"]),
        (HERE.manager, HERE.manager, "centre", ["social_worker", "manager"]),
        (HERE.administrator, HERE.coordinator, "others", ["social_worker"]),
        (HERE.administrator, HERE.administrator, None, ["manager"]),
    )
    seen: Seen = []
    for person, whose, scope, roles in asking:
        path = f"/staff/{whose.id}"
        answer = await api.as_(person).patch(path, {"roles": roles}, version=1)
        assert answer.status_code in {200, 409}, answer.text
        seen.append((_role(person), scope, answer.status_code == 200))
    return seen


async def _first_password(api: Api, world: World) -> Seen:  # noqa: ARG001 - a probe
    asking = (
        (HERE.manager, "centre", "assistant"),
        (HERE.administrator, "unseeing", "administrator"),
        (HERE.administrator, None, "assistant"),
    )
    seen: Seen = []
    for number, (person, scope, role) in enumerate(asking):
        said = somebody(login=f"nowa.osoba{number}", roles=[role])
        answer = await api.as_(person).post("/staff", said)
        assert answer.status_code in {201, 409}, answer.text
        seen.append((_role(person), scope, answer.status_code == 201))
    return seen


def _desk(*way: str) -> Probe:
    """Fill the desk with everything that can lie there; what is counted is filled above 0."""

    async def probe(api: Api, world: World) -> Seen:
        made = await _made(world)
        await receive(api, made.mother)
        await open_file(api, HERE.other_assistant)
        async with world.acting() as act:
            sign = AccessSign(
                sign=UnusualSign.OUTSIDE_HOURS,
                account_id=HERE.assistant.id,
                family_id=made.family,
                day=act.today,
                times=1,
                first_at=act.now,
                last_at=act.now,
            )
            act.add(sign)

        async def ask(caller: Caller) -> Any:
            found = (await caller.get("/worklist")).json()
            for name in way:
                found = found[name]
            return found

        return await _by_relation(api, world, made, ask)

    return probe


PROBES: dict[str, Probe] = {
    "FamilyOut.under_legal_hold": _held,
    "CandidateOut.id": _candidate("id"),
    "CandidateOut.street": _candidate("street"),
    "EmergencyOut.family_surname": _opened,
    "CoverOut.reason": _why_absent,
    "CoverIn.override_local_limit": _beyond_the_limit,
    "StaffOut.qualifications": _profile("qualifications"),
    "StaffOut.declarations": _profile("declarations"),
    "StaffPatch.roles": _new_roles,
    "StaffIn.password": _first_password,
    "WorklistOut.rights_requests": _desk("rights_requests"),
    "WorklistOut.emergencies": _desk("emergencies"),
    "WorklistOut.access_signs": _desk("access_signs"),
    "CountsOut.emergencies": _desk("counts", "emergencies"),
    "CountsOut.access_signs": _desk("counts", "access_signs"),
}
