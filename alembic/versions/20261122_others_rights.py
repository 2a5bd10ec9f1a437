"""The rights of others: what a search tells, who speaks for a child, what an erased file takes.

Revision ID: 20261122_others_rights
Revises: 20261122_further_signals
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_others_rights"
down_revision = "20261122_further_signals"
branch_labels = None
depends_on = None

_SQL = Path(__file__)


def upgrade() -> None:
    """Mask the evidence of a search, keep erased files empty, name representatives."""
    run(_SQL.with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it back."""
    run(_SQL.with_name("20261122_others_rights_down.sql").read_text(encoding="utf-8"))
