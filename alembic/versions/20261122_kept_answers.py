"""Of which request a kept answer is, so that it goes with the file that it is about (art. 17 GDPR).

Revision ID: 20261122_kept_answers
Revises: 20261122_access_signs
"""

from alembic import op

revision = "20261122_kept_answers"
down_revision = "20261122_access_signs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the request; of answers that are there it is unknown."""
    op.execute("ALTER TABLE idempotency_key ADD COLUMN request_id UUID")
    op.execute("ALTER TABLE idempotency_key ALTER COLUMN request_id SET DEFAULT app.request()")


def downgrade() -> None:
    """Take it away."""
    op.execute("ALTER TABLE idempotency_key DROP COLUMN request_id")
