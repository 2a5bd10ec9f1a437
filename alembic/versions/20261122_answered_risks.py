"""A risk to the children is open until somebody says what was done about it (2.4, E14).

Revision ID: 20261122_answered_risks
Revises: 20261122_handovers
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_answered_risks"
down_revision = "20261122_handovers"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Add what was done about a risk, and where the open ones are found."""
    run((_FOLDER / "20261122_answered_risks.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it away again."""
    run((_FOLDER / "20261122_answered_risks_down.sql").read_text(encoding="utf-8"))
