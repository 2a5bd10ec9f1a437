"""Monitoring is passed on to another assistant (E14).

Revision ID: 20261122_monitoring_passed_on
Revises: 20261122_audit_mark
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_monitoring_passed_on"
down_revision = "20261122_audit_mark"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Add the event that says so."""
    run((_FOLDER / "20261122_monitoring_passed_on.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it away again."""
    run((_FOLDER / "20261122_monitoring_passed_on_down.sql").read_text(encoding="utf-8"))
