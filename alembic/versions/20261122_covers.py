"""Absence covers: one worker's families, districts and tasks are another's on some days.

Revision ID: 20261122_covers
Revises: 20261122_scope_once
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_covers"
down_revision = "20261122_scope_once"
branch_labels = None
depends_on = None

_SQL = Path(__file__)


def upgrade() -> None:
    """Add covers, and let the rights of a request follow them."""
    run(_SQL.with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take covers back; the places taken under them are given up."""
    run(_SQL.with_name("20261122_covers_down.sql").read_text(encoding="utf-8"))
