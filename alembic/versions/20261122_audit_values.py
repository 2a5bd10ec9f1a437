"""The audit says what a change was: values before and after, of sensitive columns only that.

Revision ID: 20261122_audit_values
Revises: 20261122_audit_chain
"""

from pathlib import Path

from alembic import op

revision = "20261122_audit_values"
down_revision = "20261122_audit_chain"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")
_DOWN = _SQL.with_name("20261122_audit_values_down.sql")


def _run(script: str) -> None:
    """Run many statements at once: asyncpg's simple protocol, inside the open transaction."""
    adapted = op.get_bind().connection.dbapi_connection
    op.execute("SELECT 1")  # opens the transaction that the driver starts lazily
    adapted.run_async(lambda driver: driver.execute(script))


def upgrade() -> None:
    """Tell each trigger where its table's family is and which columns are sensitive."""
    _run(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Go back to the names of changed columns; entries keep what they say."""
    _run(_DOWN.read_text(encoding="utf-8"))
