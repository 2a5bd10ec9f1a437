"""Only who is admitted to work may work with data (J1, C8); whose account is opened sees it (S4.1).

Revision ID: 20261122_admitted
Revises: 20261122_request_hashes
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_admitted"
down_revision = "20261122_request_hashes"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Ask on each request whether the person was admitted; show people what was done to them."""
    run((_FOLDER / "20261122_admitted.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Ask and show no more."""
    run((_FOLDER / "20261122_admitted_down.sql").read_text(encoding="utf-8"))
