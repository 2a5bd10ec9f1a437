"""Lists and searches are entries of the audit: how much was shown, and the filter's hash.

Revision ID: 20261122_audit_lists
Revises: 20261122_audit_values
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_audit_lists"
down_revision = "20261122_audit_values"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")
_DOWN = """
    DROP FUNCTION app.note_search(uuid, bigint, text[], text),
        app.note_list(text, bigint, json);
"""


def upgrade() -> None:
    """Add what lists and searches call."""
    run(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it away; the entries stay."""
    run(_DOWN)
