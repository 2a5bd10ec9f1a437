"""Searching for families, recording them and their members."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.db.types import new_id
from app.domain.access.rules import GrantReason
from app.domain.access.service import end_social_work, grant
from app.domain.act import Act
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.families import queries, rules
from app.domain.families.tables import (
    DepartureFields,
    Family,
    FamilyFields,
    FamilySearch,
    Person,
    PersonFields,
    SearchFields,
)


async def search_families(act: Act, said: SearchFields, mark: str | None = None) -> str:
    """Search the whole centre and note that it was done; return the answer as JSON.

    `mark` is a keyed hash of what was asked: whoever has the key can tell whether somebody looked
    for a certain person, and nobody can read a name or a PESEL from it.
    """
    words, phone = rules.search_words(said.text), rules.phone_digits(said.phone)
    rules.require_criterion(words, said.pesel, phone)
    search_id = new_id()
    numbers = (said.pesel, phone)
    criteria = sorted(said.model_dump(exclude={"limit"}, exclude_none=True))
    body = await queries.find_candidates(
        act, search_id, words, numbers, said.born_on, said.limit, (criteria, mark)
    )
    act.add(
        FamilySearch(
            id=search_id,
            searched_at=act.now,
            criteria=criteria,
            found=len(json.loads(body)["candidates"]),
        )
    )
    return body


async def record_family(
    act: Act, search_id: UUID, said: FamilyFields, members: Sequence[PersonFields] = ()
) -> Family:
    """Record a family after a search; whoever records it may see it from today."""
    search = await queries.find_search(act, search_id)
    rules.require_searched(
        search.searched_at if search else None,
        search.created_by if search else None,
        act.actor.account_id,
        act.now,
    )
    family = Family(**said.model_dump(include=set(FamilyFields.model_fields)))
    _require_ours(family, await queries.centre_gmina(act))
    act.add(family)
    await act.flush()
    _let_see(act, family.id, GrantReason.RECORDED)
    await act.flush()
    act.add(*(_member(act, family.id, member) for member in members))
    emit(act, EventType.FAMILY_RECORDED, family_id=family.id, subject_id=family.id)
    return family


async def change_family(
    act: Act, family_id: UUID, if_match: int, changes: dict[str, Any]
) -> Family:
    """Change what is known of a family; its gmina is judged again.

    Who moves a family to another district sees it until the end of the day, to hand it over; then
    the rights of the district before end, and its work is that of the other one.
    """
    family = await act.lock(Family, family_id, if_match)
    rules.require_not_erased(family.erased_on)
    centre_gmina = await queries.centre_gmina(act)
    if "district_id" in changes:
        _let_see(act, family.id, GrantReason.CASEWORK, days=1)
        await act.flush()
        if rules.is_moved(family.district_id, changes["district_id"]):
            await end_social_work(act, family.id)
    family.sqlmodel_update(changes)
    _require_ours(family, centre_gmina)
    emit(act, EventType.FAMILY_CHANGED, family_id=family.id, subject_id=family.id)
    return family


def _require_ours(family: Family, centre_gmina: str) -> None:
    rules.require_known(family.surname, family.street)
    rules.require_own_gmina(
        family.gmina,
        centre_gmina,
        homeless=family.homeless,
        last_registration_gmina=family.last_registration_gmina,
    )


def _let_see(act: Act, family_id: UUID, reason: GrantReason, days: int | None = None) -> None:
    grant(
        act,
        account_id=act.actor.account_id,
        family_id=family_id,
        reason=reason,
        source_id=family_id,
        valid_from=act.today,
        valid_to=act.today + timedelta(days=days) if days else None,
    )


def _member(act: Act, family_id: UUID, said: PersonFields) -> Person:
    values = said.model_dump(include=set(PersonFields.model_fields))
    person = Person(family_id=family_id, **values)
    _require_person(act, person)
    return person


def _require_person(act: Act, person: Person) -> None:
    """Judge a member; a date of birth that was not stated is read in the PESEL."""
    rules.require_pesel_agrees(person.pesel, person.born_on)
    if person.pesel and person.born_on is None:
        person.born_on = rules.born_by_pesel(person.pesel)
    rules.require_born(person.born_on, act.today)


async def add_member(act: Act, family_id: UUID, said: PersonFields) -> Person:
    """Add somebody to a family."""
    family = await act.lock(Family, family_id)
    rules.require_not_erased(family.erased_on)
    person = _member(act, family.id, said)
    act.add(person)
    emit(act, EventType.MEMBER_ADDED, family_id=family.id, subject_id=person.id)
    return person


async def change_member(
    act: Act, person_id: UUID, if_match: int, changes: dict[str, Any]
) -> Person:
    """Change what is known of a member."""
    person = await act.lock(Person, person_id, if_match)
    rules.require_not_erased((await act.find(Family, person.family_id)).erased_on)
    person.sqlmodel_update(changes)
    _require_person(act, person)
    emit(act, EventType.MEMBER_CHANGED, family_id=person.family_id, subject_id=person.id)
    return person


async def record_departure(
    act: Act, person_id: UUID, if_match: int, said: DepartureFields
) -> Person:
    """Record that somebody no longer belongs to the family; their row stays (K7)."""
    person = await act.lock(Person, person_id, if_match)
    rules.require_departure(person.left_on, said.left_on, person.born_on, act.today)
    person.left_on, person.left_reason = said.left_on, said.left_reason
    emit(
        act,
        EventType.MEMBER_DEPARTED,
        family_id=person.family_id,
        subject_id=person.id,
        on=said.left_on,
    )
    return person
