"""Attempts to sign in are counted, passwords are set anew by a token, sessions know their device.

Revision ID: 20261122_passwords
Revises: 20261122_administrator
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_passwords"
down_revision = "20261122_administrator"
branch_labels = None
depends_on = None

_SQL = Path(__file__)


def upgrade() -> None:
    """Add the tables, the column and the function."""
    run(_SQL.with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away."""
    run(_SQL.with_suffix(".down.sql").read_text(encoding="utf-8"))
