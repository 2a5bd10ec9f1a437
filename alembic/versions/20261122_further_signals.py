"""Further signals on a case, each with a deadline of its own.

Revision ID: 20261122_further_signals
Revises: 20261122_admitted
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_further_signals"
down_revision = "20261122_admitted"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Let a case have more signals than the one that opened it."""
    run((_FOLDER / "20261122_further_signals.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take all but the first away."""
    run((_FOLDER / "20261122_further_signals_down.sql").read_text(encoding="utf-8"))
