"""The audit's mark is drawn before its transaction has a number.

Revision ID: 20261122_audit_mark
Revises: 20261122_webhooks
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_audit_mark"
down_revision = "20261122_webhooks"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    """Draw first: no writer's number can lie between the two."""
    run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[0])


def downgrade() -> None:
    """Take the number first, as before."""
    run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[2])
