"""The foundation: every table of the main way, its functions, row security, triggers, grants.

Revision ID: 20261122_foundation
Revises:
"""

from pathlib import Path

from alembic import op

revision = "20261122_foundation"
down_revision = None
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")


def _run(script: str) -> None:
    """Run many statements at once: asyncpg's simple protocol, inside the open transaction."""
    adapted = op.get_bind().connection.dbapi_connection
    op.execute("SELECT 1")  # opens the transaction that the driver starts lazily
    adapted.run_async(lambda driver: driver.execute(script))


def upgrade() -> None:
    """Make an empty database ours."""
    _run(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Leave the database as empty as it was; the roles stay, other databases may use them."""
    _run(
        """
        DO $$ DECLARE name text; BEGIN
          FOR name IN SELECT tablename FROM pg_tables
                       WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE format('DROP TABLE public.%I CASCADE', name);
          END LOOP;
        END $$;
        DROP SCHEMA app CASCADE;
        """
    )
