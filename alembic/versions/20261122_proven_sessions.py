"""Sessions remember when their person last proved who they are.

Revision ID: 20261122_proven_sessions
Revises: 20261122_machines
"""

from alembic import op

revision = "20261122_proven_sessions"
down_revision = "20261122_machines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant; of sessions that are open nobody knows it."""
    op.execute("ALTER TABLE user_session ADD COLUMN proven_at TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    """Take it away."""
    op.execute("ALTER TABLE user_session DROP COLUMN proven_at")
