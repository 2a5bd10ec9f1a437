"""The role of the administrator: keeps every account of the centre, and no family is theirs to see.

Revision ID: 20261122_administrator
Revises: 20261122_vault
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_administrator"
down_revision = "20261122_vault"
branch_labels = None
depends_on = None

_SQL = Path(__file__)


def upgrade() -> None:
    """Close the families to administrators."""
    run(_SQL.with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take the role's place in the database away; accounts that have it see nothing."""
    run(_SQL.with_suffix(".down.sql").read_text(encoding="utf-8"))
