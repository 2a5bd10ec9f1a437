"""Founding a centre: the office and its first manager, before anybody can sign in to it."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from app.api.deps import day_in_warsaw, utc_now
from app.db.session import Database, Scope
from app.db.types import new_id
from app.domain.actor import Role
from app.domain.centres.tables import Centre
from app.domain.identity.queries import CENTRE_ID
from app.domain.identity.tables import Account
from app.domain.passwords.rules import PasswordTooCommon
from app.domain.passwords.service import hash_password, require_strong
from app.domain.staff.rules import StaffState
from app.domain.staff.tables import DataAuthorisation, NewStaffFields, StaffProfile
from app.main import connect
from app.settings import Settings, WrongSetting


@dataclass(frozen=True, slots=True)
class FirstManager:
    """Who manages the new centre; the authorisation is the controller's, written (K3)."""

    full_name: str
    login: str
    password: str
    authorisation: str


async def found_centre(settings: Settings, office: dict[str, Any], first: FirstManager) -> None:
    """Create a centre with its first manager, or say in a sentence what is wrong."""
    try:
        centre = Centre.model_validate(office | {"id": new_id()})
        said = NewStaffFields.model_validate(
            {
                "login": first.login,
                "full_name": first.full_name,
                "password": first.password,
                "roles": [Role.MANAGER],
            }
        )
    except ValidationError as error:
        wrong = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors(include_input=False))
        raise WrongSetting(wrong) from None
    try:
        await require_strong(said.password, [said.login, said.full_name, centre.code, centre.name])
    except PasswordTooCommon as refused:
        raise WrongSetting(f"password: {refused.en()}") from None
    database = connect(settings)
    await database.open()
    try:
        if await database.find_centre(CENTRE_ID, code=centre.code) is not None:
            raise WrongSetting(f"A centre with the code {centre.code} is there already.")
        await _settle(database, centre, said, first.authorisation)
    finally:
        await database.close()


async def _settle(database: Database, centre: Centre, said: NewStaffFields, number: str) -> None:
    today = day_in_warsaw(utc_now())
    scope = Scope.system(centre.id, today=today, request=uuid4(), operation="found_centre")
    account = Account(
        login=said.login,
        full_name=said.full_name,
        roles=[Role.MANAGER.value],
        password_hash=await hash_password(said.password),
    )
    async with database.begin(scope) as session:
        session.add(centre)
        await session.flush()
        session.add(account)
        await session.flush()
        session.add(StaffProfile(id=account.id, state=StaffState.ACTIVE, activated_on=today))
        session.add(
            DataAuthorisation(
                account_id=account.id, number=number, valid_from=today, undertaking_signed_on=today
            )
        )
