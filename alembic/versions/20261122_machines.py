"""Row security closes to machine clients what no operation of theirs reads, and every write.

Revision ID: 20261122_machines
Revises: 20261122_kept_answers
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_machines"
down_revision = "20261122_kept_answers"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Say `app.office()` where no machine has business."""
    run((_FOLDER / "20261122_machines.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Go back to the centre and the families' scope."""
    run((_FOLDER / "20261122_machines_down.sql").read_text(encoding="utf-8"))
