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


def upgrade() -> None:
    """Add the tables and the column."""
    run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away: who waited waits no longer, tokens that were handed over are void."""
    run("DROP TABLE attempt; DROP TABLE password_reset;ALTER TABLE user_session DROP COLUMN device")
