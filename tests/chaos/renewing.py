"""`vault renew` is killed again and again: every sealed value still opens, and says the same."""

import json
from collections.abc import Awaitable, Callable

import asyncpg
from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import JSONB

from app.db.base import Record
from app.db.session import Database
from app.db.vault.renewal import sealed_tables
from app.db.vault.ring import Place, Ring, Unreadable, is_sealed, key_number
from app.db.vault.rows import changed_words, sealed_columns
from tests.chaos.figures import Figure, Say
from tests.chaos.office import Office
from tests.chaos.striking import Striker
from tests.factories.databases import MASTER
from tests.factories.people import HERE

Words = dict[Place, list[str]]
_NEWEST = "SELECT count(*) FROM signal WHERE starts_with(description, chr(127) || '2.')"
# Rows that say something, made of one that is there; the renewal seals what is plain.
_MORE = """
    INSERT INTO signal SELECT (jsonb_populate_record(NULL::signal, to_jsonb(s)
        || jsonb_build_object('id', uuidv7(), 'case_id', uuidv7(), 'description', 'Nr ' || n))).*
      FROM (SELECT * FROM signal WHERE family_id = $1 LIMIT 1) s, generate_series(1, $2::int) n
"""


async def renew(
    place: Office, eye: asyncpg.Connection, kills: int, rows: int, say: Say
) -> list[Figure]:
    """Seal many rows, give the centre a new key, and kill the renewal again and again."""
    say(f"{rows} sealed rows")
    async with eye.transaction():
        await eye.execute("SET LOCAL session_replication_role = replica")
        await eye.execute(_MORE, place.families[0].family, rows)
    sealed = place.order("vault", "renew") + place.order("vault", "rotate", "--centre", HERE.code)
    before, _ = await _words(place, eye)
    with Striker(place, ("vault", "renew"), eye) as job:
        job.begin()
        for number in range(kills):
            say(f"vault renew, killed {len(job.kills)} times")
            await job.strike_amid(_reached(eye, 1 + number * rows // (kills + 1)))
        ended = await job.end()
    say("opening what is sealed")
    after, old = await _words(place, eye)
    bare = await eye.fetchval(
        "SELECT count(*) FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
    )
    off = await eye.fetchval(
        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"
    )
    return [
        Figure("vault renew: sealed values", len(before), least=rows),
        Figure("vault renew: kills within a transaction", job.amid, least=min(kills, 2)),
        Figure("vault renew: exit codes", abs(sealed) + abs(ended), most=0),
        Figure(
            "values lost or changed", sum(after.get(at) != w for at, w in before.items()), most=0
        ),
        Figure("values that nobody wrote", len(after.keys() - before.keys()), most=0),
        Figure("values under the key before", old, most=0),
        Figure("tables without force, triggers off", bare + off, most=0),
    ]


def _reached(eye: asyncpg.Connection, wanted: int) -> Callable[[], Awaitable[bool]]:
    async def reached() -> bool:
        return bool(await eye.fetchval(_NEWEST) >= wanted)

    return reached


async def _words(place: Office, eye: asyncpg.Connection) -> tuple[Words, int]:
    """Open every sealed value; return what each says, and how many lie under an older key."""
    database = Database(place.url, MASTER)
    words: Words = {}
    old = 0
    try:
        for kind in sealed_tables():
            for row in await eye.fetch(f'SELECT * FROM "{kind.__tablename__}"'):
                ring = await database.ring(row["centre_id"])
                assert ring is not None, "a row's centre is there"
                for column in sealed_columns(kind):
                    at = Place(str(kind.__tablename__), column, row["id"])
                    opened, older = _opened(ring, kind, at, row[column])
                    old += older
                    if opened:
                        words[at] = opened
    finally:
        await database.close()
    return words, old


def _opened(ring: Ring, kind: type[Record], at: Place, stored: str | None) -> tuple[list[str], int]:
    tokens: list[str] = []
    document = isinstance(inspect(kind).columns[at.column].type, JSONB)
    value = json.loads(stored) if document and stored else stored

    def note(text: str) -> str:
        tokens.append(text)
        return text

    changed_words(kind, at.column, value, note)
    older = sum(not is_sealed(text) or key_number(text) != ring.newest for text in tokens)
    return [_read(ring, at, text) for text in tokens], older


def _read(ring: Ring, at: Place, text: str) -> str:
    try:
        return ring.open(text, at)
    except Unreadable:
        return f"lost: {text}"
