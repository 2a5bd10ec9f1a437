"""Requests of persons for their data (art. 15 of the GDPR), and exports in the audit.

Revision ID: 20261122_rights
Revises: 20261122_narrow_rows
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_rights"
down_revision = "20261122_narrow_rows"
branch_labels = None
depends_on = None

_SQL = Path(__file__)


def upgrade() -> None:
    """Add the register of requests."""
    run(_SQL.with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take the register back."""
    run(_SQL.with_name("20261122_rights_down.sql").read_text(encoding="utf-8"))
