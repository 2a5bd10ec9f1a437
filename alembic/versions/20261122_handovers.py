"""A case passes to another social worker, who is told why.

Revision ID: 20261122_handovers
Revises: 20261122_monitoring_passed_on
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_handovers"
down_revision = "20261122_monitoring_passed_on"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Say why a case has the social worker that it has; count the cases of one."""
    run((_FOLDER / "20261122_handovers.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget why."""
    run((_FOLDER / "20261122_handovers_down.sql").read_text(encoding="utf-8"))
