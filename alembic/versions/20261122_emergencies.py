"""Emergency access: a file outside of one's scope, open for hours, told and reviewed.

Revision ID: 20261122_emergencies
Revises: 20261122_accounts
"""

from pathlib import Path

from alembic import op

revision = "20261122_emergencies"
down_revision = "20261122_accounts"
branch_labels = None
depends_on = None

_SQL = Path(__file__)


def _run(script: str) -> None:
    """Run many statements at once: asyncpg's simple protocol, inside the open transaction."""
    adapted = op.get_bind().connection.dbapi_connection
    op.execute("SELECT 1")  # opens the transaction that the driver starts lazily
    adapted.run_async(lambda driver: driver.execute(script))


def upgrade() -> None:
    """Add emergency accesses; the scope of a request learns its instant."""
    _run(_SQL.with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take emergency accesses back, with what was told of them."""
    _run(_SQL.with_name("20261122_emergencies_down.sql").read_text(encoding="utf-8"))
