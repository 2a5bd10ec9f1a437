"""Machine clients: registered with scopes, proven by a secret, judged with each request.

Revision ID: 20261122_clients
Revises: 20261122_foundation
"""

from pathlib import Path

from alembic import op

revision = "20261122_clients"
down_revision = "20261122_foundation"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def _run(name: str) -> None:
    """Run many statements at once: asyncpg's simple protocol, inside the open transaction."""
    script = (_FOLDER / name).read_text(encoding="utf-8")
    adapted = op.get_bind().connection.dbapi_connection
    op.execute("SELECT 1")  # opens the transaction that the driver starts lazily
    adapted.run_async(lambda driver: driver.execute(script))


def upgrade() -> None:
    """Let machines in."""
    _run("20261122_clients.sql")


def downgrade() -> None:
    """Forget the machines; the audit keeps their ids."""
    _run("20261122_clients_down.sql")
