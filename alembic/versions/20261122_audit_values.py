"""The audit says what a change was: values before and after, of sensitive columns only that.

Revision ID: 20261122_audit_values
Revises: 20261122_audit_chain
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_audit_values"
down_revision = "20261122_audit_chain"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")
_DOWN = _SQL.with_name("20261122_audit_values_down.sql")


def upgrade() -> None:
    """Tell each trigger where its table's family is and which columns are sensitive."""
    run(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Go back to the names of changed columns; entries keep what they say."""
    run(_DOWN.read_text(encoding="utf-8"))
