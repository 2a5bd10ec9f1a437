"""Every write is told: events of the office, and the ones of families that were missing.

Revision ID: 20261122_office_events
Revises: 20261122_notices
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_office_events"
down_revision = "20261122_notices"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Add the office's events and let the list of kinds grow."""
    run((_FOLDER / "20261122_office_events.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away again."""
    run((_FOLDER / "20261122_office_events_down.sql").read_text(encoding="utf-8"))
