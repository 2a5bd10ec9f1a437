"""Lists over many families judge each row by a list that is read once; the worklist has indexes.

Revision ID: 20261122_lists
Revises: 20261122_erasure
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_lists"
down_revision = "20261122_erasure"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    """Change four policies, name each family once, make the indexes."""
    run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[0])


def downgrade() -> None:
    """Judge each row by a text again."""
    run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[2])
