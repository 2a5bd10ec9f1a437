"""An account that can sign in by password, for tests of sessions."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from httpx import Response

from app.domain.actor import Role
from app.domain.identity.tables import Account
from app.domain.staff.rules import StaffState
from app.domain.staff.tables import DataAuthorisation, StaffProfile
from tests.factories.api import Api
from tests.factories.people import HERE, Person, Town, World, cheap_hash

LONG_AGO = date(2020, 1, 1)
PASSWORD = "zielony parasol na wietrze"
PASSWORD_HASH = cheap_hash(PASSWORD)
NEXT = "dwa kasztany pod ławką"


@dataclass(frozen=True, slots=True)
class Login:
    """A login with its password, and the account's id."""

    centre: str
    login: str
    account: UUID
    password: str = PASSWORD

    def said(self, **changes: Any) -> dict[str, Any]:
        """Return what is posted to sign in; `changes` spoil it."""
        said = {"centre": self.centre, "login": self.login, "password": self.password}
        return said | changes


async def make_login(world: World, town: Town = HERE, **changes: Any) -> Login:
    """Add an account of an assistant with a password, admitted to work and to data."""
    values: dict[str, Any] = {
        "login": "ada.lipska",
        "full_name": "Ada Lipska",
        "roles": [Role.ASSISTANT.value],
        "password_hash": PASSWORD_HASH,
    } | changes
    async with world.acting(town) as act:
        account = Account(**values)
        act.add(account)
        await act.flush()
        act.add(
            _authorisation(account.id, LONG_AGO),
            StaffProfile(id=account.id, state=StaffState.ACTIVE, activated_on=LONG_AGO),
        )
    return Login(town.code, account.login, account.id)


def _authorisation(account: UUID, day: date) -> DataAuthorisation:
    return DataAuthorisation(
        account_id=account, number="7/2026", valid_from=day, undertaking_signed_on=day
    )


async def sign_in(api: Api, login: Login) -> dict[str, Any]:
    """Sign in and return the tokens."""
    answer = await api.as_(None).post("/sessions", login.said())
    assert answer.status_code == 201, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


async def me(api: Api, tokens: dict[str, Any]) -> Response:
    """Ask who one is, with an access token."""
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    return await api.as_(None).get("/me", headers=headers)


async def refresh(api: Api, tokens: dict[str, Any]) -> Response:
    """Exchange the refresh token."""
    return await api.as_(None).post("/sessions/refresh", {"refresh_token": tokens["refresh_token"]})


async def reset(api: Api, account: UUID, by: Person) -> Response:
    """Take somebody's password away; the answer has the token for the next one, or a refusal."""
    path = f"/staff/{account}"
    version = (await api.as_(HERE.manager).get(path)).json()["version"]
    return await api.as_(by).post(f"{path}/password-reset", version=version)


async def finish_reset(api: Api, token: str, password: str = NEXT) -> Response:
    """Set the next password by a token."""
    said = {"reset_token": token, "password": password}
    return await api.as_(None).post("/sessions/password-reset", said)
