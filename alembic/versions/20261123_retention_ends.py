"""Every case that has ended has the day of it, and the database counts retention from there (K8).

A case found without need, refused or redirected gets as `closed_on` the day of the interview or of
the decision that ended it; where there is neither, the day of its last change of state in the
audit; where that is silent too it keeps none, and its file is never due. An archived case needs
none: its row in the archive says until when it is kept. One that ended by a relapse has had the day
of its closure from the start.

Revision ID: 20261123_retention_ends
Revises: 20261122_others_rights
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261123_retention_ends"
down_revision = "20261122_others_rights"
branch_labels = None
depends_on = None

_SQL = Path(__file__)


def upgrade() -> None:
    """Add the end of retention, and the days of ends that the tables or the audit know."""
    run(_SQL.with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take the function away; the days stay, the release before shows them."""
    run("DROP FUNCTION app.retention_end(date, integer);")
