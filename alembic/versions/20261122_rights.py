"""Requests of persons for their data (art. 15 of the GDPR), and exports in the audit.

Revision ID: 20261122_rights
Revises: 20261122_narrow_rows
"""

from pathlib import Path

from alembic import op

revision = "20261122_rights"
down_revision = "20261122_narrow_rows"
branch_labels = None
depends_on = None

_SQL = Path(__file__)


def _run(script: str) -> None:
    """Run many statements at once: asyncpg's simple protocol, inside the open transaction."""
    adapted = op.get_bind().connection.dbapi_connection
    op.execute("SELECT 1")  # opens the transaction that the driver starts lazily
    adapted.run_async(lambda driver: driver.execute(script))


def upgrade() -> None:
    """Add the register of requests."""
    _run(_SQL.with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take the register back."""
    _run(_SQL.with_name("20261122_rights_down.sql").read_text(encoding="utf-8"))
