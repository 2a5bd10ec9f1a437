"""What a person may see is looked up once on entering a scope; policies compare, they don't query.

Revision ID: 20261122_scope_once
Revises: 20261122_vault
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_scope_once"
down_revision = "20261122_vault"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    """Look once, and again after a statement that may have changed what is seen."""
    run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[0])


def downgrade() -> None:
    """Let every policy query again."""
    run(_SQL.read_text(encoding="utf-8").partition("-- down\n")[2])
