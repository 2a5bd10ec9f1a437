"""Requests are known again by a hash under the centre's key; an answer is for who may still see it.

Revision ID: 20261122_request_hashes
Revises: 20261122_answered_risks
"""

from app.db.migrate import run

revision = "20261122_request_hashes"
down_revision = "20261122_answered_risks"
branch_labels = None
depends_on = None

# Hashes without a key are forgotten: a repeat under such a key is refused as a used one.
_UP = """
ALTER TABLE idempotency_key ADD COLUMN position BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE idempotency_key ALTER COLUMN position
    SET DEFAULT coalesce(pg_sequence_last_value('app.audit_position'), 0);
ALTER TABLE idempotency_key NO FORCE ROW LEVEL SECURITY;
UPDATE idempotency_key SET request_hash = '';
ALTER TABLE idempotency_key FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    """Say where the audit of a key's request begins, and forget what can be guessed."""
    run(_UP)


def downgrade() -> None:
    """Take the position away; hashes under a key are to the release before those of others."""
    run("ALTER TABLE idempotency_key DROP COLUMN position;")
