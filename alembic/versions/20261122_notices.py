"""Notices on data processing: versions of the centre's text, and to whom each was handed.

Revision ID: 20261122_notices
Revises: 20261122_destruction
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_notices"
down_revision = "20261122_destruction"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Add notices and their handing over."""
    run((_FOLDER / "20261122_notices.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away again."""
    run((_FOLDER / "20261122_notices_down.sql").read_text(encoding="utf-8"))
