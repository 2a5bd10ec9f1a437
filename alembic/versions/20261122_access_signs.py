"""Access out of the ordinary, noted for the manager (K9.1).

Revision ID: 20261122_access_signs
Revises: 20261122_office_events
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_access_signs"
down_revision = "20261122_office_events"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Add the table of signs and its events."""
    run((_FOLDER / "20261122_access_signs.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away again."""
    run((_FOLDER / "20261122_access_signs_down.sql").read_text(encoding="utf-8"))
