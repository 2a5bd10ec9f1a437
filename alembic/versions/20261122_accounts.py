"""Accounts: administrators, attempts that are counted, passwords set anew, devices of sessions.

Revision ID: 20261122_accounts
Revises: 20261122_audit_lists
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_accounts"
down_revision = "20261122_audit_lists"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Make room, and close the families to administrators."""
    run((_FOLDER / "20261122_accounts.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it away; accounts of administrators see nothing then."""
    run((_FOLDER / "20261122_accounts_down.sql").read_text(encoding="utf-8"))
