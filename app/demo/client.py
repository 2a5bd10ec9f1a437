"""A person's desk: a signed-in client of the API, as a script would write it with httpx."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx


class Refused(Exception):
    """The API said no; `problem` says why."""

    def __init__(self, problem: dict[str, Any]) -> None:
        """Keep the problem document."""
        places = [f"{error['pointer']} {error['detail']}" for error in problem.get("errors", ())]
        said = [f"{problem.get('status')} {problem.get('code')}: {problem.get('detail')}", *places]
        super().__init__("; ".join(said))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Answer:
    """A resource as the API answered it, with the version of its ETag."""

    body: dict[str, Any]
    version: int | None

    def __getitem__(self, name: str) -> Any:
        """Return a field of the resource."""
        return self.body[name]

    @property
    def id(self) -> str:
        """Return the resource's id."""
        return str(self.body["id"])


class Desk:
    """One signed-in person; every method refuses with `Refused`."""

    def __init__(
        self, http: httpx.AsyncClient, token: Callable[[], str], *, lang: str = "pl"
    ) -> None:
        """Work with a client whose base URL is the server's."""
        self._http, self._token, self._lang = http, token, lang

    async def send(
        self, method: str, path: str, body: Any = None, version: int | None = None
    ) -> Answer:
        """Send one request: a key for each POST, If-Match where a version was read."""
        headers = {"authorization": f"Bearer {self._token()}", "accept-language": self._lang}
        if method == "POST":
            headers["idempotency-key"] = str(uuid4())
        if version is not None:
            headers["if-match"] = f'"{version}"'
        if method == "PATCH":
            headers["content-type"] = "application/merge-patch+json"
        response = await self._http.request(method, f"/api/v1{path}", json=body, headers=headers)
        return answer_of(response)

    async def get(self, path: str) -> Answer:
        """Read."""
        return await self.send("GET", path)

    async def post(self, path: str, body: Any = None, version: int | None = None) -> Answer:
        """Create, or give a command."""
        return await self.send("POST", path, body if body is not None else {}, version)

    async def patch(self, path: str, body: Any, version: int) -> Answer:
        """Change some fields of what was read."""
        return await self.send("PATCH", path, body, version)

    async def put(self, path: str, body: Any, version: int) -> Answer:
        """Replace a part of what was read."""
        return await self.send("PUT", path, body, version)


def answer_of(response: httpx.Response) -> Answer:
    """Turn a response into an answer, or raise what it refuses."""
    if response.is_error:
        raise Refused(response.json())
    tag = response.headers.get("etag")
    version = int(tag.strip('"')) if tag else None
    return Answer(response.json() if response.content else {}, version)


async def sign_in(http: httpx.AsyncClient, centre: str, login: str, password: str) -> Desk:
    """Sign in as a person of a centre."""
    said = {"centre": centre, "login": login, "password": password}
    answer = answer_of(await http.post("/api/v1/sessions", json=said))
    token = str(answer["access_token"])
    return Desk(http, lambda: token)
