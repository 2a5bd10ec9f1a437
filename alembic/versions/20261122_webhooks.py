"""Webhooks: machines are told what happens (S5).

Revision ID: 20261122_webhooks
Revises: 20261122_proven_sessions
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_webhooks"
down_revision = "20261122_proven_sessions"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Add the tables of webhooks and their events."""
    run((_FOLDER / "20261122_webhooks.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away again."""
    run((_FOLDER / "20261122_webhooks_down.sql").read_text(encoding="utf-8"))
