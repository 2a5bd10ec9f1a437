"""Lists over many families judge each row by a list that is read once; the worklist has indexes.

Revision ID: 20261122_lists
Revises: 20261122_rights
"""

from pathlib import Path

from alembic import op

revision = "20261122_lists"
down_revision = "20261122_rights"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")


def _run(script: str) -> None:
    """Run many statements at once: asyncpg's simple protocol, inside the open transaction."""
    adapted = op.get_bind().connection.dbapi_connection
    op.execute("SELECT 1")  # opens the transaction that the driver starts lazily
    adapted.run_async(lambda driver: driver.execute(script))


def upgrade() -> None:
    """Change four policies, name each family once, make the indexes."""
    _run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[0])


def downgrade() -> None:
    """Judge each row by a text again."""
    _run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[2])
