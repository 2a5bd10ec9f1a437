"""A setting: how many families one person looks at in a day before it stands out; an index.

Revision ID: 20261122_oversight
Revises: 20261122_federation
"""

from alembic import op

revision = "20261122_oversight"
down_revision = "20261122_federation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the setting, with its default for the settings that are there."""
    op.execute(
        "ALTER TABLE centre_settings ADD COLUMN unusual_families_a_day INTEGER DEFAULT 40 NOT NULL"
    )
    op.execute("ALTER TABLE centre_settings ALTER COLUMN unusual_families_a_day DROP DEFAULT")
    op.execute("DROP INDEX ix_audit_entry_family")
    op.execute("CREATE INDEX ix_audit_entry_family ON audit_entry (centre_id, family_id, id)")


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP INDEX ix_audit_entry_family")
    op.execute("CREATE INDEX ix_audit_entry_family ON audit_entry (centre_id, family_id, position)")
    op.execute("ALTER TABLE centre_settings DROP COLUMN unusual_families_a_day")
