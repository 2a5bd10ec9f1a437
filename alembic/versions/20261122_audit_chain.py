"""The audit as a chain: places, purposes, seals, and triggers that refuse every change of it.

Revision ID: 20261122_audit_chain
Revises: 20261122_covers
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_audit_chain"
down_revision = "20261122_covers"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")
_DOWN = """
    SET ROLE asysta_owner;
    DROP TRIGGER refuse_change ON audit_entry;
    DROP FUNCTION app.seal_audit(bigint), app.audit_leaf(audit_entry);
    DROP TABLE audit_seal;
    DROP INDEX ix_audit_entry_account, ix_audit_entry_family;
    ALTER TABLE audit_entry DROP CONSTRAINT pk_audit_entry,
        DROP COLUMN position, DROP COLUMN purpose, DROP COLUMN detail,
        ADD CONSTRAINT pk_audit_entry PRIMARY KEY (centre_id, id);
    CREATE INDEX ix_audit_entry_account ON audit_entry (centre_id, account_id, id);
    CREATE INDEX ix_audit_entry_family ON audit_entry (centre_id, family_id, id);
    DROP FUNCTION app.refuse_change(), app.audit_settled(text), app.audit_mark(),
        app.audit_field(text), app.next_position(), app.purpose();
    DROP SEQUENCE app.audit_position;
    RESET ROLE;
"""


def upgrade() -> None:
    """Give entries places in the order in which they lie, purposes and seals."""
    run(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Go back to the plain list; the entries stay, their seals go."""
    run(_DOWN)
