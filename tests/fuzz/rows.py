"""Which rows there are for each parameter: those one sees, the others of the centre, strangers'."""

from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from jose import jwt

from app.api.deps import day_in_warsaw, utc_now
from app.db.base import metadata
from app.db.session import Scope
from tests.factories.databases import of_database
from tests.factories.every_table import connected
from tests.factories.named_rows import TABLE_OF
from tests.fuzz.identities import LOGINS, SIGN_IN, Identity

# Where a path's or a body's id comes from, when its name is not the table's.
_OURS = {"id", "version", "centre_id"}
_ENTER = "SELECT app.enter($1, $2, $3, $4, $5, $6, $7, $8)"
Ids = dict[str, list[str]]


@dataclass
class Rows:
    """What the hooks are told of the rows that were there before the first request."""

    # Ids by the name of a parameter: seen, of the centre but not seen, of another centre.
    seen: Ids = field(default_factory=dict)
    unseen: Ids = field(default_factory=dict)
    abroad: Ids = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    # The family of each row, and the people of each family.
    families: dict[str, str] = field(default_factory=dict)
    people: Ids = field(default_factory=dict)
    # For each peer the ids that must not be there for them, and how they sign in.
    hidden: Ids = field(default_factory=dict)
    credentials: dict[str, dict[str, str]] = field(default_factory=dict)
    # Whoever takes part is not acted on: the manager would suspend the fuzzer itself.
    protected: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON takes it."""
        return asdict(self)

    def add(self, table: str, row: asyncpg.Record, ids: Ids) -> None:
        """Take a row in, under every name that points at its table."""
        id_, family = str(row["id"]), str(row["family_id"])
        self.versions[id_], self.families[id_] = row["version"], family
        if table == "person":
            self.people.setdefault(family, []).append(id_)
        for name in {f"{table}_id", *(name for name, of in TABLE_OF.items() if of == table)}:
            ids.setdefault(name, []).append(id_)


def _scope(address: str, identity: Identity) -> Scope:
    """Sign in; return the scope that the server makes of the token."""
    answer = httpx.post(f"{address}{SIGN_IN}", json=identity.credentials()).raise_for_status()
    said = jwt.get_unverified_claims(answer.json()["access_token"])
    centre, account, session = (UUID(said[name]) for name in ("centre", "sub", "sid"))
    today = day_in_warsaw(utc_now())
    return Scope(centre, account, session, tuple(said["roles"]), today, uuid4(), "fuzz")


async def rows(superuser_url: str, name: str, address: str, peers: list[Identity]) -> Rows:
    """Return the rows as they are for the first of the peers, by row security's own judgement."""
    found = Rows(credentials={peer.name: peer.credentials() for peer in peers})
    scopes = {peer.name: _scope(address, peer) for peer in peers}
    async with connected(of_database(superuser_url, name)) as connection:
        logins = [login for several in LOGINS.values() for login in several]
        query = "SELECT id FROM account WHERE login = ANY ($1::text[])"
        found.protected = [str(row["id"]) for row in await connection.fetch(query, logins)]
        for table in _tables():
            visible = {
                peer: await _visible(connection, table, scope) for peer, scope in scopes.items()
            }
            for row in await connection.fetch(_everything(table)):
                abroad = row["centre_id"] != scopes["own"].centre
                here = found.seen if row["id"] in visible["own"] else found.unseen
                found.add(table, row, found.abroad if abroad else here)
                for peer in (peer for peer in visible if row["id"] not in visible[peer]):
                    found.hidden.setdefault(peer, []).append(str(row["id"]))
    return found


async def homes(superuser_url: str, name: str) -> dict[str, UUID]:
    """Return which centre each row is of; a planted leak serves every row in its own centre."""
    async with connected(of_database(superuser_url, name)) as connection:
        return {
            str(row["id"]): row["centre_id"]
            for table in _tables()
            for row in await connection.fetch(_everything(table))
        }


def _tables() -> list[str]:
    return [t.name for t in metadata().tables.values() if set(t.columns.keys()) >= _OURS]


def _everything(table: str) -> str:
    family = "family_id" if "family_id" in metadata().tables[table].columns else "id"
    return f'SELECT id, version, centre_id, {family} AS family_id FROM "{table}" ORDER BY id'


async def _visible(connection: Any, table: str, scope: Scope) -> set[UUID]:
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE asysta_app")
        await connection.fetchval(_ENTER, *scope.arguments())
        return {row["id"] for row in await connection.fetch(f'SELECT id FROM "{table}"')}
