"""What a person may see is looked up once on entering a scope; policies compare, they don't query.

Revision ID: 20261122_scope_once
Revises: 20261122_vault
"""

from pathlib import Path

from alembic import op

revision = "20261122_scope_once"
down_revision = "20261122_vault"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")


def _run(script: str) -> None:
    """Run many statements at once: asyncpg's simple protocol, inside the open transaction."""
    adapted = op.get_bind().connection.dbapi_connection
    op.execute("SELECT 1")  # opens the transaction that the driver starts lazily
    adapted.run_async(lambda driver: driver.execute(script))


def upgrade() -> None:
    """Look once, and again after a statement that may have changed what is seen."""
    _run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[0])


def downgrade() -> None:
    """Let every policy query again."""
    _run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[2])
