"""Taking somebody on over HTTP, step by step, as a manager does."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from httpx import Response

from app.domain.actor import Role
from app.domain.identity.tables import UserSession
from tests.factories.api import Api
from tests.factories.people import HERE, Person, World

PASSWORD = "piętnaście znaków"
QUALIFIED = {
    "qualification_path": "b",
    "degree_field": "other",
    "diploma_ref": "akta osobowe, k. 2",
    "training_hours": 230,
    "training_ref": "akta osobowe, k. 3",
    "experience_months": 12,
}
DECLARED = {
    "declared_on": "2026-03-09",
    "parental_authority_intact": True,
    "maintenance_duty": "no_title",
    "no_conviction": True,
    "criminal_record_ref": "akta osobowe, k. 5",
    "criminal_record_on": "2026-03-02",
}
CHECKED = {
    "register_kind": "sex_offender_limited",
    "checked_on": "2026-03-10",
    "result": "clear",
    "printout_ref": "akta osobowe, k. 7",
}
AUTHORISED = {
    "number": "12/2026",
    "valid_from": "2026-03-10",
    "undertaking_signed_on": "2026-03-10",
}
TRAINED = {"kind": "course", "subject": "Dialog motywujący", "held_on": "2026-03-09", "hours": 8}


def somebody(**changes: Any) -> dict[str, Any]:
    """Return what a manager says of a new assistant."""
    return {
        "login": "nowa.osoba",
        "password": PASSWORD,
        "full_name": "Jagoda Źrebiec",
        "roles": ["assistant"],
        "phone": "+48 85 111 22 33",
        "employer_kind": "gmina_unit",
        "employer_name": "Ośrodek Pomocy Społecznej",
        "employment_form": "employment_task_based",
    } | changes


class Hiring:
    """One profile on its way; it remembers the version that it was last shown with."""

    def __init__(self, api: Api, staff_id: str, version: int) -> None:
        """Go on with a profile as the manager of HERE."""
        self.manager = api.as_(HERE.manager)
        self.id, self.version = staff_id, version

    @classmethod
    async def of(cls, api: Api, **changes: Any) -> "Hiring":
        """Take somebody on."""
        shown = await api.as_(HERE.manager).post("/staff", somebody(**changes))
        assert shown.status_code == 201, shown.text
        return cls(api, shown.json()["id"], shown.json()["version"])

    @classmethod
    async def known(cls, api: Api, person: Person) -> "Hiring":
        """Go on with one of the world's people, who were admitted long ago."""
        shown = await api.as_(HERE.manager).get(f"/staff/{person.id}")
        return cls(api, str(person.id), shown.json()["version"])

    async def do(self, method: str, what: str, json: Any = None) -> Response:
        """Give a command on the profile with its present version."""
        path = f"/staff/{self.id}{what}"
        kind = {"content-type": "application/merge-patch+json"} if method == "PATCH" else {}
        response = await self.manager.send(
            method, path, json=json, version=self.version, headers=kind
        )
        if response.status_code == 200:
            self.version = response.json()["version"]
        return response

    async def add(self, what: str, json: Any) -> Response:
        """Add a check, a training or an authorisation."""
        return await self.manager.post(f"/staff/{self.id}{what}", json)

    async def signed_in(self, world: World, role: Role = Role.ASSISTANT) -> Person:
        """Return this person with an open session, as if they had signed in."""
        person = Person(self.id, HERE.id, frozenset({role}))
        object.__setattr__(person, "id", UUID(self.id))
        async with world.acting() as act:
            ends = datetime(2099, 1, 1, tzinfo=UTC)
            session = UserSession(id=person.session_id, account_id=person.id, expires_at=ends)
            act.add(session)
        return person

    async def complete(self) -> None:
        """Bring everything that an assistant needs, short of the admission."""
        done = [
            await self.do("PUT", "/qualifications", QUALIFIED),
            await self.do("PUT", "/declarations", DECLARED),
            await self.add("/register-checks", CHECKED),
            await self.add("/register-checks", CHECKED | {"register_kind": "commission"}),
            await self.add("/data-authorisations", AUTHORISED),
        ]
        assert [response.status_code for response in done] == [200, 200, 201, 201, 201]
