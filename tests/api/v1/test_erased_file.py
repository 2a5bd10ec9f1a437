"""What is left of a file on the whole way of a case: facts that name nobody, and the audit."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from app.db.vault.ring import MARK as SEALED
from app.db.vault.rows import ring_of
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.emergencies.rules import EmergencyReason
from app.domain.emergencies.tables import EmergencyAccess
from app.domain.families.tables import Family, Person
from app.domain.oversight.rules import UnusualSign
from app.domain.oversight.tables import AccessSign
from app.domain.referrals.tables import Referral
from app.domain.retention.rules import MARK, ErasureGround
from app.domain.retention.service import erase_file
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.commands import ASIDE, ROAD
from tests.factories.erasure import grant, make_archived, written
from tests.factories.people import HERE, World
from tests.factories.placements import add_placement
from tests.factories.rights import PESEL, asked
from tests.factories.walks import Walk

SHORT = 4
SEAL = text("SELECT app.seal_audit(1000000000)")
WHOLE = text("""
    SELECT count(*), bool_and(s.leaves = (
        SELECT string_agg(app.audit_leaf(e), '' ORDER BY e.position) FROM audit_entry e
         WHERE e.centre_id = s.centre_id AND e.position <= s.upto AND e.position > coalesce((
             SELECT max(b.upto) FROM audit_seal b
              WHERE b.centre_id = s.centre_id AND b.number < s.number), 0)))
      FROM audit_seal s""")


async def _walked(api: Api, world: World) -> Walk:
    """Walk a case of a family with all its numbers to the archive; its period is over."""
    walk = Walk(api, world, await make_case(world, CaseState.SIGNAL_RECEIVED))
    async with world.acting() as act:
        mother = await act.find(Person, walk.made.mother)
        mother.pesel, mother.phone = PESEL, "601 202 303"
        (await act.find(Family, walk.made.family)).phone = "85 742 11 11"
    aside = {command.name: command for command in ASIDE}
    for command in ROAD:
        response = await walk.give(command, await walk.place())
        assert response.status_code < 300, (command.name, response.text)
        if command.name == "visits":
            for name in ("failed-visits", "cooperation-agreements", "active_plan goal-reviews"):
                response = await walk.give(aside[name], await walk.place())
                assert response.status_code < 300, (name, response.text)
    said = asked(walk.made.mother, note="Proszę o usunięcie danych córki.", kind="erasure")
    asks = await api.as_(HERE.manager).post("/rights-requests", said)
    refused = {"refused_on": "2026-03-10", "ground": "archiving", "reason": "Akta Żółkiewskich."}
    path, version = f"/rights-requests/{asks.json()['id']}/refusal", asks.json()["version"]
    refusal = await api.as_(HERE.manager).post(path, refused, version=version)
    assert refusal.status_code == 200, refusal.text
    async with world.acting() as act:
        await act.session.execute(text("UPDATE archived_case SET retention_until = '2026-03-11'"))
    api.clock.travel(days=400)
    return walk


async def _erase(world: World, walk: Walk) -> None:
    async with world.acting(person=HERE.manager) as act:
        await erase_file(act, walk.made.family, ErasureGround.RETENTION_OVER)


async def _everything(world: World) -> str:
    """Return every row of every table of the database, as text."""
    async with world.acting() as act:
        names = await act.session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        found: list[Any] = []
        for name in names:
            found += await act.session.scalars(text(f'SELECT x::text FROM "{name}" x'))
    return "\n".join(found)


async def _words(world: World, walk: Walk) -> set[str]:
    """Return what people wrote into the file, opened."""
    places = await written(world, walk.made.family)
    assert len(places) > 50, sorted(places)
    async with world.acting() as act:
        ring = ring_of(act.session.sync_session)
        assert ring is not None
        return {ring.open(said) for texts in places.values() for said in texts}


@pytest.mark.rule("RODO17.1")
async def test_of_all_that_was_written_nothing_is_left_anywhere(api: Api, world: World) -> None:
    walk = await _walked(api, world)
    words = {word for word in await _words(world, walk) if len(word) > SHORT}
    assert {"Żółkiewska", "Maria", PESEL, "601 202 303", "85 742 11 11"} <= words
    before = await _everything(world)
    plain = {word for word in words if word in before}
    assert {"Żółkiewska", "ul. Źródlana 3"} <= plain
    tokens = {word for texts in (await written(world, walk.made.family)).values() for word in texts}
    await _erase(world, walk)
    after = await _everything(world)
    left = {word for word in words | tokens if json.dumps(word)[1:-1] in after or word in after}
    assert not left
    async with world.acting() as act:
        answers = "SELECT count(*), count(body) FROM idempotency_key"
        kept, said = (await act.session.execute(text(answers))).one()
        assert kept > len(ROAD) // 2, "the keys stay"
        assert said == 0, "of what was answered on the whole way nothing is kept"
    assert {MARK} == {
        word for texts in (await written(world, walk.made.family)).values() for word in texts
    }


@pytest.mark.rule("RODO17.1")
async def test_statutory_facts_are_left(api: Api, world: World) -> None:
    walk = await _walked(api, world)
    facts = text("""SELECT c.state, c.opened_on, c.work_started_on, c.closed_on, (
        SELECT array_agg(v.held_on) FROM visit v WHERE v.case_id = c.id) AS visits, (
        SELECT array_agg(x.reported_as) FROM closure x WHERE x.case_id = c.id) AS reasons, (
        SELECT array_agg(p.role || extract(year FROM p.born_on) ORDER BY p.id) FROM person p
         WHERE p.family_id = c.family_id) AS members, f.gmina, f.district_id, (
        SELECT array_agg(d.spheres #> '{0,level}') FROM diagnosis d WHERE d.case_id = c.id)
      FROM family_case c JOIN family f ON f.id = c.family_id WHERE c.id = :case""")
    found = []
    for _ in range(2):
        async with world.acting() as act:
            found.append((await act.session.execute(facts, {"case": walk.made.case})).one())
        if len(found) == 1:
            await _erase(world, walk)
    assert found[0] == found[1]
    async with world.acting() as act:
        people = text("SELECT DISTINCT to_char(born_on, 'MM-DD') FROM person WHERE family_id = :f")
        days = await act.session.scalars(people, {"f": walk.made.family})
        assert days.all() == ["01-01"]


async def test_every_part_of_an_erased_file_can_still_be_read(api: Api, world: World) -> None:
    walk = await _walked(api, world)
    place = await walk.place()
    await _erase(world, walk)
    manager = api.as_(HERE.manager)
    case = f"/cases/{walk.made.case}"
    lists = ("visits", "assessments", "motions", "consents", "assignments", "plans")
    paths = [f"/families/{walk.made.family}", f"/members/{walk.made.mother}", case]
    paths += [f"{case}/{part}" for part in (*lists, "timeline", "closure", "archive", "monitoring")]
    paths += [f"/interviews/{place.id_of('interview')}", "/families", "/rights-requests"]
    paths += [f"/diagnoses/{place.id_of('diagnosis')}", f"/offers/{place.id_of('offer')}"]
    paths += [f"/plans/{place.id_of('active_plan')}", f"/assessments/{place.id_of('assessment')}"]
    for path in paths:
        answer = await manager.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert SEALED not in answer.text, path
        assert "Żółkiewska" not in answer.text, path


async def test_the_audit_stays_and_repeats_nothing_of_what_was_erased(
    api: Api, world: World
) -> None:
    walk = await _walked(api, world)
    async with world.acting() as act:
        await act.session.execute(SEAL)
        before = await act.session.scalar(text("SELECT count(*) FROM audit_entry"))
    await _erase(world, walk)
    async with world.acting() as act:
        await act.session.execute(SEAL)
        seals, whole = (await act.session.execute(WHOLE)).one()
        noted = await act.session.scalars(
            text("SELECT detail::text FROM audit_entry WHERE operation = 'test_factory'")
        )
        after = await act.session.scalar(text("SELECT count(*) FROM audit_entry"))
        case = await act.find(Case, walk.made.case)
    assert seals >= 2
    assert whole
    assert after > before + 20
    assert case.state is CaseState.ARCHIVED
    said = "\n".join(detail or "" for detail in noted)
    assert '"surname" : null' in said or '"surname": null' in said
    assert '"born_on" : null' in said or '"born_on": null' in said
    for word in ("Żółkiewska", "Źródlana", "1990-02-03", "2019-05-01", PESEL, MARK):
        assert word not in said


@pytest.mark.rule("RODO17.1")
async def test_words_are_refused_in_an_erased_file_and_facts_are_not(
    api: Api, world: World
) -> None:
    made = await make_archived(world)
    placement = await add_placement(world, made)
    async with world.acting() as act:
        draft = Referral(
            case_id=made.case, family_id=made.family, problems=["x"], proposed_scope="y"
        )
        act.add(draft)
    assert (await grant(api, made)).status_code == 200
    worker = api.as_(HERE.social_worker)
    version = (await worker.get(f"/placements/{placement}")).json()["version"]
    said = {"ended_on": "2026-03-10", "outcome": "returned", "note": "Wraca do Marii."}
    path = f"/placements/{placement}/return"
    problem_of(await worker.post(path, said, version=version), 409, "RODO17.1")
    assert (await worker.post(path, said | {"note": None}, version=version)).status_code == 200
    version = (await worker.get(f"/referrals/{draft.id}")).json()["version"]
    changed = await worker.patch(
        f"/referrals/{draft.id}", {"proposed_scope": "Maria znowu"}, version=version
    )
    problem_of(changed, 409, "RODO17.1")
    assert {MARK} == {w for ws in (await written(world, made.family)).values() for w in ws}


@pytest.mark.rule("RODO17.1")
async def test_of_a_review_after_the_erasure_the_finding_stays_and_no_words(
    api: Api, world: World
) -> None:
    made = await make_archived(world)
    async with world.acting() as act:
        sign = AccessSign(
            account_id=HERE.assistant.id,
            family_id=made.family,
            sign=UnusualSign.OWN_NAME,
            day=act.today,
            times=1,
            first_at=act.now,
            last_at=act.now,
        )
        opened = EmergencyAccess(
            account_id=HERE.assistant.id,
            family_id=made.family,
            reason=EmergencyReason.OTHER,
            justification="Sąsiadka dzwoniła o Marii.",
            opened_at=act.now,
            ends_at=act.now,
        )
        act.add(sign, opened)
    assert (await grant(api, made)).status_code == 200
    manager, note = api.as_(HERE.manager), "Maria jest siostrą pracownicy."
    for path, said in (
        (f"/access-signs/{sign.id}", {"finding": "not_justified", "note": note}),
        (f"/emergency-accesses/{opened.id}", {"outcome": "not_justified", "note": note}),
    ):
        version = (await manager.get(path)).json()["version"]
        done = await manager.post(f"{path}/review", said, version=version)
        assert done.status_code == 200, done.text
        assert (done.json()["reviewed_by"]["id"], done.json()["review_note"]) == (
            str(HERE.manager.id),
            None,
        )
    assert {MARK} == {w for ws in (await written(world, made.family)).values() for w in ws}
