"""Legal holds, requests for erasure, and the records of files that were anonymised.

Revision ID: 20261122_erasure
Revises: 20261122_rights
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_erasure"
down_revision = "20261122_rights"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Add holds and records; let what was written once be emptied with its file."""
    run((_FOLDER / "20261122_erasure.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away again; what was emptied stays empty."""
    run((_FOLDER / "20261122_erasure_down.sql").read_text(encoding="utf-8"))
