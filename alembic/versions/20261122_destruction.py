"""Destruction lists, and the retention of families' files as a setting of the centre.

Revision ID: 20261122_destruction
Revises: 20261122_lists
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_destruction"
down_revision = "20261122_lists"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Add lists, and what a centre may set."""
    run((_FOLDER / "20261122_destruction.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away again; what was destroyed stays so."""
    run((_FOLDER / "20261122_destruction_down.sql").read_text(encoding="utf-8"))
