"""Founding a centre: the office and its first people, before anybody can sign in to it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError

from app.api.deps import day_in_warsaw, utc_now
from app.db.base import Record
from app.db.session import Database, Scope
from app.db.types import new_id
from app.domain.actor import Role
from app.domain.centres.tables import Centre
from app.domain.fields import NewPassword
from app.domain.identity.queries import CENTRE_ID
from app.domain.identity.tables import Account
from app.domain.passwords.rules import PasswordTooCommon
from app.domain.passwords.service import hash_password, require_strong
from app.domain.staff.rules import StaffState
from app.domain.staff.tables import DataAuthorisation, NewStaffFields, StaffProfile
from app.main import connect
from app.settings import Settings, WrongSetting


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """Who works in the new centre first; the authorisation is the controller's, written (K3)."""

    role: Role
    full_name: str
    login: str
    password: str
    authorisation: str


class _FirstStaffFields(NewStaffFields):
    """Who is first has a password: nobody is there yet who could hand a token to them."""

    password: NewPassword


async def found_centre(settings: Settings, office: dict[str, Any], *first: FirstPerson) -> None:
    """Create a centre with its first people, or say in a sentence what is wrong."""
    try:
        centre = Centre.model_validate(office | {"id": new_id()})
        staff = [(_said(person), person.authorisation) for person in first]
    except ValidationError as error:
        wrong = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors(include_input=False))
        raise WrongSetting(wrong) from None
    if len({said.login for said, _ in staff}) < len(staff):
        raise WrongSetting("login: each of the first people needs their own.")
    for said, _ in staff:
        await _require_strong(said, centre)
    database = connect(settings)
    await database.open()
    try:
        if await database.find_centre(CENTRE_ID, code=centre.code) is not None:
            raise WrongSetting(f"A centre with the code {centre.code} is there already.")
        await _settle(database, centre, staff)
    finally:
        await database.close()


def _said(person: FirstPerson) -> _FirstStaffFields:
    return _FirstStaffFields.model_validate(
        {
            "login": person.login,
            "full_name": person.full_name,
            "password": person.password,
            "roles": [person.role],
        }
    )


async def _require_strong(said: _FirstStaffFields, centre: Centre) -> None:
    try:
        await require_strong(said.password, [said.login, said.full_name, centre.code, centre.name])
    except PasswordTooCommon as refused:
        raise WrongSetting(f"password of {said.login}: {refused.en()}") from None


async def _settle(
    database: Database, centre: Centre, staff: list[tuple[_FirstStaffFields, str]]
) -> None:
    today = day_in_warsaw(utc_now())
    scope = Scope.system(centre.id, today=today, request=uuid4(), operation="found_centre")
    hashes = [await hash_password(said.password) for said, _ in staff]
    async with database.begin(scope) as session:
        session.add(centre)
        await session.flush()
        for (said, number), password_hash in zip(staff, hashes, strict=True):
            account = Account(
                login=said.login,
                full_name=said.full_name,
                roles=[role.value for role in said.roles],
                password_hash=password_hash,
            )
            session.add(account)
            await session.flush()
            session.add_all(_admitted(account.id, number, today))


def _admitted(account_id: UUID, number: str, today: date) -> list[Record]:
    """Return what lets a first person work from today on."""
    return [
        StaffProfile(id=account_id, state=StaffState.ACTIVE, activated_on=today),
        DataAuthorisation(
            account_id=account_id, number=number, valid_from=today, undertaking_signed_on=today
        ),
    ]
