"""Emergency access: a file outside of one's scope, open for hours, told and reviewed.

Revision ID: 20261122_emergencies
Revises: 20261122_accounts
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_emergencies"
down_revision = "20261122_accounts"
branch_labels = None
depends_on = None

_SQL = Path(__file__)


def upgrade() -> None:
    """Add emergency accesses; the scope of a request learns its instant."""
    run(_SQL.with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take emergency accesses back, with what was told of them."""
    run(_SQL.with_name("20261122_emergencies_down.sql").read_text(encoding="utf-8"))
