"""Row policies narrower than the centre: registers, suspensions of staff, the audit, the keys.

Revision ID: 20261122_narrow_rows
Revises: 20261122_second_factor
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_narrow_rows"
down_revision = "20261122_second_factor"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Narrow the policies."""
    run((_FOLDER / "20261122_narrow_rows.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Open the rows to the whole centre again."""
    run((_FOLDER / "20261122_narrow_rows_down.sql").read_text(encoding="utf-8"))
