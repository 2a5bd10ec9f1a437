"""What is stored, counted: a refusal must leave nothing."""

from sqlalchemy import text

from tests.factories.people import World


async def rows(world: World) -> dict[str, int]:
    """Count the rows of every table but the audit of readings."""
    async with world.acting() as act:
        names = await act.session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        )
        each = [
            f"SELECT '{name}' AS name, count(*) AS count FROM \"{name}\""
            + (" WHERE verb IN ('insert', 'update')" if name == "audit_entry" else "")
            for name in names
        ]
        found = await act.session.execute(text(" UNION ALL ".join(each)))
        return {name: int(count) for name, count in found}
