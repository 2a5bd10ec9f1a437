"""Machine clients: registered by the manager over the API, with a secret and with tokens."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from httpx import Response

from tests.factories.api import Api
from tests.factories.people import HERE

REGISTERED = {
    "name": "System raportów Urzędu Miejskiego",
    "purpose": "Zestawienie terminów.",
    "operator": "Centrum Usług Wspólnych",
    "agreement_ref": "CUW.0310.4.2026",
    "agreed_on": "2026-03-02",
    "expires_on": "2027-03-31",
    "reads": ["cases", "families"],
}


@dataclass(slots=True)
class Machine:
    """A machine client with its newest secret."""

    api: Api
    id: str
    client_id: str
    secret: str
    secret_id: str

    async def ask(self, **changes: Any) -> Response:
        """Post to the token endpoint with the secret in the form; None leaves a parameter out."""
        said = {"grant_type": "client_credentials", "client_id": self.client_id}
        said |= {"client_secret": self.secret} | changes
        form = {name: value for name, value in said.items() if value is not None}
        return await post_form(self.api, form)

    async def ask_basic(self, name: str, secret: str, **form: str) -> Response:
        """Post to the token endpoint with the secret in the header."""
        basic = b64encode(f"{name}:{secret}".encode()).decode()
        said = {"grant_type": "client_credentials"} | form
        return await post_form(self.api, said, authorization=f"Basic {basic}")

    async def token(self, **changes: Any) -> str:
        """Return an access token."""
        answer = await self.ask(**changes)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def get(self, path: str, token: str) -> Response:
        """Read with a token."""
        return await self.api.as_(None).get(path, headers={"authorization": f"Bearer {token}"})


async def post_form(api: Api, form: Any, **headers: str) -> Response:
    """Post a form (or raw bytes) to the token endpoint."""
    async with api.client() as client:
        if isinstance(form, bytes):
            headers = {"content-type": "application/x-www-form-urlencoded"} | headers
            return await client.post("/oauth/token", content=form, headers=headers)
        return await client.post("/oauth/token", data=form, headers=headers)


async def register(api: Api, **changes: Any) -> dict[str, Any]:
    """Register a client."""
    answer = await api.as_(HERE.manager).post("/clients", REGISTERED | changes)
    assert answer.status_code == 201, answer.text
    client: dict[str, Any] = answer.json()
    return client


async def give_secret(api: Api, client_id: str) -> dict[str, str]:
    """Give a client a secret."""
    answer = await command(api, client_id, "secrets")
    assert answer.status_code == 200, answer.text
    issued: dict[str, str] = answer.json()
    return issued


async def command(api: Api, client_id: str, what: str) -> Response:
    """Give a command on a client, with its present version."""
    manager = api.as_(HERE.manager)
    version = (await manager.get(f"/clients/{client_id}")).json()["version"]
    return await manager.post(f"/clients/{client_id}/{what}", version=version)


async def machine(api: Api, **changes: Any) -> Machine:
    """Register a client and give it a secret."""
    client = await register(api, **changes)
    issued = await give_secret(api, client["id"])
    return Machine(
        api, client["id"], client["client_id"], issued["client_secret"], issued["secret_id"]
    )
