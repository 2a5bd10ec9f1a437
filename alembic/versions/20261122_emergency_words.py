"""The words of an emergency are sensitive: the audit names them and never repeats them.

Revision ID: 20261122_emergency_words
Revises: 20261122_rights
"""

from alembic import op

revision = "20261122_emergency_words"
down_revision = "20261122_rights"
branch_labels = None
depends_on = None

_NOTE = """
CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON public.emergency_access
 FOR EACH ROW EXECUTE FUNCTION app.note_change({0})
"""
_DROP = "DROP TRIGGER note_change ON public.emergency_access"


def upgrade() -> None:
    """Name the sensitive columns."""
    op.execute(_DROP)
    op.execute(_NOTE.format("'family_id', 'justification', 'review_note'"))


def downgrade() -> None:
    """Name none."""
    op.execute(_DROP)
    op.execute(_NOTE.format("'family_id'"))
