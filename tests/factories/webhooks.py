"""Webhooks: registered over the API, and a receiver that takes what is sent, or does not."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

from app.delivering.sending import Deliverer
from tests.factories.api import Api
from tests.factories.cases import MadeCase
from tests.factories.endings import make_assisted
from tests.factories.machines import Machine, machine
from tests.factories.people import HERE, World
from tests.factories.visits import visit_said

URL = "https://szyna.dabrowa.example/asysta"
AREAS = ["cases", "families", "visits"]


@dataclass(slots=True)
class Hook:
    """A webhook of a machine client, with its newest secret."""

    api: Api
    machine: Machine
    id: str
    secret: str

    async def shown(self) -> dict[str, Any]:
        """Return it as the manager sees it."""
        found: dict[str, Any] = (
            await self.api.as_(HERE.manager).get(f"/webhooks/{self.id}")
        ).json()
        return found

    async def command(self, what: str, body: Any = None) -> httpx.Response:
        """Give a command on it, with its present version."""
        version = (await self.shown())["version"]
        manager = self.api.as_(HERE.manager)
        return await manager.post(f"/webhooks/{self.id}/{what}", body, version=version)

    async def deliveries(self, **query: str) -> list[dict[str, Any]]:
        """Return its messages, the latest event first."""
        manager = self.api.as_(HERE.manager)
        found = await manager.get(f"/webhooks/{self.id}/deliveries", params=query)
        items: list[dict[str, Any]] = found.json()["items"]
        return items


async def register(api: Api, client_id: str, **changes: Any) -> httpx.Response:
    """Register a webhook of a client."""
    said = {"url": URL, "areas": AREAS} | changes
    return await api.as_(HERE.manager).post(f"/clients/{client_id}/webhooks", said)


async def hook(api: Api, **changes: Any) -> Hook:
    """Register a machine and its webhook, and give it a secret."""
    reader = await machine(api, reads=AREAS)
    made = (await register(api, reader.id, **changes)).json()
    found = Hook(api, reader, made["id"], "")
    found.secret = (await found.command("secret")).json()["signing_secret"]
    return found


@dataclass(slots=True)
class Receiver:
    """Takes messages with an answer, or with whatever `dies` raises after it has taken one."""

    status: int = 204
    dies: BaseException | None = None
    meanwhile: Callable[[], Awaitable[None]] | None = None
    got: list[httpx.Request] = field(default_factory=list)

    async def take(self, request: httpx.Request) -> httpx.Response:
        """Take one message."""
        self.got.append(request)
        if self.meanwhile is not None:
            await self.meanwhile()
        if self.dies is not None:
            raise self.dies
        return httpx.Response(self.status, headers={"location": "https://elsewhere.example/"})

    @property
    def ids(self) -> list[str]:
        """Return the ids of what was taken, in order."""
        return [request.headers["webhook-id"] for request in self.got]

    def said(self) -> dict[str, Any]:
        """Return what the last message says."""
        found: dict[str, Any] = json.loads(self.got[-1].content)
        return found

    def deliverer(self, api: Api, hosts: tuple[str, ...] | None = None) -> Deliverer:
        """Return what delivers to this receiver, on the API's own database and clock."""
        settings = api.app.state.settings
        return Deliverer(
            api.app.state.database,
            httpx.AsyncClient(transport=httpx.MockTransport(self.take)),
            lambda: api.clock.instant,
            hosts=settings.webhook_hosts if hosts is None else hosts,
            issuer=settings.issuer,
        )

    async def served(self, api: Api) -> Self:
        """Deliver what is due here, until nothing is."""
        while await self.deliverer(api).deliver(HERE.id):
            pass
        return self


async def visited(api: Api, world: World) -> MadeCase:
    """Record a visit: one event of an area that is told."""
    made = await make_assisted(world)
    answer = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", visit_said(made))
    assert answer.status_code == 201, answer.text
    return made


async def told(api: Api, world: World) -> tuple[Hook, MadeCase]:
    """Register a webhook, then let something happen."""
    found = await hook(api)
    return found, await visited(api, world)
