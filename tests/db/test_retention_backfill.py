"""Cases that ended before their end was kept get the day that the tables or the audit know (K8)."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.db import migrate
from tests.factories.databases import empty_database

BEFORE, REVISION = "20261122_others_rights", "20261123_retention_ends"
CENTRE, FAMILY = uuid4(), uuid4()
# A case is its state, its end as it was kept, and what else is known: the interview's day, a
# decision with its day, changes of the state in the audit.
_CASE = """
INSERT INTO family_case (centre_id, id, family_id, state, basis, opened_on, social_worker_id,
                         closed_on)
VALUES ($1, $2, $3, $4, 'consent', '2025-01-02', $1, $5)"""
_INTERVIEW = """
INSERT INTO interview (centre_id, id, family_id, case_id, problems, started_on, place,
                       agreed_off_hours, state, due_on, done_on, diagnosis, living_situation, need,
                       need_reason, children_heard, warnings)
VALUES ($1, gen_random_uuid(), $2, $3, '{}', '2025-01-02', 'home', false, 'completed',
        '2025-01-22', '2025-01-12', '-', '-', false, '-', '[]', '{}')"""
_DECISION = """
INSERT INTO referral_decision (centre_id, id, family_id, case_id, referral_id, kind, decided_on,
                               reason, missing, route, target)
VALUES ($1, gen_random_uuid(), $2, $3, $1, $4::text, $5, '-', '{}',
        CASE WHEN $4::text = 'redirected' THEN 'commissioned_entity' END,
        CASE WHEN $4::text = 'redirected' THEN '-' END)"""
_AUDIT = """
INSERT INTO audit_entry (centre_id, at, operation, verb, subject, subject_id, family_id, changed)
VALUES ($1, $2::text::timestamptz, 'x', 'update', 'family_case', $3, $4, $5)"""


async def _fill(connection: asyncpg.Connection) -> dict[UUID, date | None]:
    """Write cases as the release before left them; return the end that each is to have."""
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(
        "INSERT INTO centre (id, code, name, kind, gmina, address, phone, email)"
        " VALUES ($1, 'x', '-', 'ops', '2061011', '-', '-', '-')",
        CENTRE,
    )
    expected: dict[UUID, date | None] = {}

    async def case(state: str, ends: date | None, kept: date | None = None) -> UUID:
        found = uuid4()
        await connection.execute(_CASE, CENTRE, found, FAMILY, state, kept)
        expected[found] = ends
        return found

    no_need = await case("no_need", date(2025, 1, 12))
    await connection.execute(_INTERVIEW, CENTRE, FAMILY, no_need)
    for state in ("refused", "redirected"):
        decided = await case(state, date(2025, 3, 4))
        for kind, day in (("returned", date(2025, 5, 6)), (state, date(2025, 3, 4))):
            await connection.execute(_DECISION, CENTRE, FAMILY, decided, kind, day)
    audited = await case("no_need", date(2025, 7, 9))
    for at, changed in (
        ("2025-06-01T10:00Z", ["state"]),
        ("2025-07-08T23:00Z", ["basis", "state"]),
        ("2025-09-01T10:00Z", ["social_worker_id"]),
    ):
        await connection.execute(_AUDIT, CENTRE, at, audited, FAMILY, changed)
    await case("refused", None)
    there = await case("refused", date(2025, 2, 2), kept=date(2025, 2, 2))
    await connection.execute(_DECISION, CENTRE, FAMILY, there, "refused", date(2025, 3, 4))
    for state in ("archived", "closed"):
        other = await case(state, None)
        await connection.execute(_AUDIT, CENTRE, "2025-06-01T10:00Z", other, FAMILY, ["state"])
    return expected


@pytest.mark.rule("K8")
def test_the_end_is_the_day_that_the_tables_or_else_the_audit_know(
    superuser_url: str, worker_id: str
) -> None:
    url = asyncio.run(empty_database(superuser_url, f"ends_{worker_id}"))
    asyncio.run(migrate.prepare(superuser_url, f"ends_{worker_id}", None))
    migrate.upgrade(url, BEFORE)

    async def filled() -> dict[UUID, date | None]:
        connection = await asyncpg.connect(url)
        try:
            return await _fill(connection)
        finally:
            await connection.close()

    async def found() -> tuple[dict[UUID, date | None], list[asyncpg.Record]]:
        connection = await asyncpg.connect(url)
        try:
            cases = await connection.fetch("SELECT id, closed_on FROM family_case")
            noted = await connection.fetch(
                "SELECT subject_id, changed, purpose FROM audit_entry WHERE operation = 'migrate'"
            )
            return {case["id"]: case["closed_on"] for case in cases}, noted
        finally:
            await connection.close()

    expected = asyncio.run(filled())
    migrate.upgrade(url, REVISION)
    ends, noted = asyncio.run(found())
    assert ends == expected
    assert len(noted) == 4, "the audit says which were changed"
    assert {(tuple(entry["changed"]), entry["purpose"]) for entry in noted} == {
        (("closed_on",), "system")
    }


@pytest.fixture(scope="module")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Name the worker, so that two don't share a database."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))
