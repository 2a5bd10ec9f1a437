"""Second factors: enrolled, demanded by role; sessions that may only enrol one.

Revision ID: 20261122_second_factor
Revises: 20261122_oversight
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_second_factor"
down_revision = "20261122_oversight"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Make room."""
    run((_FOLDER / "20261122_second_factor.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it away."""
    run((_FOLDER / "20261122_second_factor_down.sql").read_text(encoding="utf-8"))
