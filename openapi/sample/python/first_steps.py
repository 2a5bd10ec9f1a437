"""First steps with a client that openapi-python-client makes of the contract: see the README."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from asysta_client import AuthenticatedClient, Client
from asysta_client.api.directory import list_districts
from asysta_client.api.families import change_family, record_family, search_families, show_family
from asysta_client.api.intake import receive_signal
from asysta_client.api.sessions import sign_in
from asysta_client.api.worklist import show_worklist
from asysta_client.models import (
    DistrictOut,
    FamilyIn,
    FamilyOut,
    FamilyPatch,
    FamilySearchIn,
    Problem,
    SessionIn,
    SignalIn,
    SignalSource,
)
from asysta_client.types import UNSET, Response

URL = os.environ.get("ASYSTA_URL", "http://127.0.0.1:8000")
CENTRE = os.environ.get("ASYSTA_CENTRE", "bialystok")
STALE = 412
T = TypeVar("T")


class Refused(Exception):
    """The server said no; `problem` says why, by `code` and with the article."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem."""
        super().__init__(f"{problem.status} {problem.code} {problem.title}")
        self.problem = problem


def accepted(answer: Response[T | Problem]) -> T:
    """Return what was answered; raise if it is a refusal."""
    if isinstance(answer.parsed, Problem):
        raise Refused(answer.parsed)
    assert answer.parsed is not None, answer.status_code
    return answer.parsed


def signed_in(login: str) -> AuthenticatedClient:
    """Sign in; the token is good for ten minutes."""
    said = SessionIn(centre=CENTRE, login=login, password="demo-asysta-2026")
    session = accepted(sign_in.sync_detailed(client=Client(base_url=URL), body=said))
    english = {"Accept-Language": "en"}
    return AuthenticatedClient(base_url=URL, token=session.access_token, headers=english)


def districts(client: AuthenticatedClient) -> Iterator[DistrictOut]:
    """Read a list to its end, two a page."""
    cursor = UNSET
    while cursor is not None:
        page = accepted(list_districts.sync_detailed(client=client, limit=2, cursor=cursor))
        yield from page.items
        cursor = page.next_cursor


def record(client: AuthenticatedClient, surname: str) -> FamilyOut:
    """Search, then record a family; the same key twice records it once."""
    search = FamilySearchIn(text=surname)
    found = accepted(search_families.sync_detailed(client=client, body=search))
    body = FamilyIn(search_id=found.search_id, surname=surname, town="Białystok", gmina="2061011")
    key = str(uuid4())
    recorded = accepted(record_family.sync_detailed(client=client, body=body, idempotency_key=key))
    again = record_family.sync_detailed(client=client, body=body, idempotency_key=key)
    print("recorded once; replayed:", again.headers["Idempotency-Replayed"])
    return recorded


def change(
    client: AuthenticatedClient, family_id: UUID, patch: FamilyPatch, version: str
) -> FamilyOut:
    """Change a family; where somebody was faster, read it again and repeat."""
    answer = change_family.sync_detailed(family_id, client=client, body=patch, if_match=version)
    if answer.status_code == STALE:
        print("somebody was faster than", version)
        latest = show_family.sync_detailed(family_id, client=client).headers["ETag"]
        answer = change_family.sync_detailed(family_id, client=client, body=patch, if_match=latest)
    return accepted(answer)


def main() -> None:
    """Take the steps."""
    client = signed_in("pracownik1")
    today = accepted(show_worklist.sync_detailed(client=client)).today
    print("districts:", len(list(districts(client))))
    family = record(client, "Kalinowska")
    read = show_family.sync_detailed(family.id, client=client).headers["ETag"]
    with_street = change(client, family.id, FamilyPatch(street="ul. Żabia 3/4"), read)
    # What is left out stays, None removes; the version is the old one by now.
    without = change(client, family.id, FamilyPatch(street=None), read)
    print("street:", with_street.street, "then", without.street)
    try:
        signal(client, family.id, today + timedelta(days=1))
    except Refused as no:
        print("refused:", no, f"[{no.problem.legal_basis}]")


def signal(client: AuthenticatedClient, family_id: UUID, received_on: date) -> None:
    """Receive a signal; one of tomorrow is refused."""
    body = SignalIn(
        family_id=family_id,
        received_on=received_on,
        source=SignalSource.INSTITUTION,
        institution="Przedszkole",
        description="Dziecko bywa głodne.",
    )
    key = str(uuid4())
    accepted(receive_signal.sync_detailed(client=client, body=body, idempotency_key=key))


if __name__ == "__main__":
    main()
