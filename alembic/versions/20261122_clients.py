"""Machine clients: registered with scopes, proven by a secret, judged with each request.

Revision ID: 20261122_clients
Revises: 20261122_foundation
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_clients"
down_revision = "20261122_foundation"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Let machines in."""
    run((_FOLDER / "20261122_clients.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget the machines; the audit keeps their ids."""
    run((_FOLDER / "20261122_clients_down.sql").read_text(encoding="utf-8"))
