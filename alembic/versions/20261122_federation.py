"""Identities at an office's provider, and sign-ins that wait for it.

Revision ID: 20261122_federation
Revises: 20261122_emergencies
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_federation"
down_revision = "20261122_emergencies"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")
_DOWN = "SET ROLE asysta_owner; DROP TABLE federated_sign_in, linked_identity; RESET ROLE;"


def upgrade() -> None:
    """Let an identity provider speak for people."""
    run(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Leave signing in to passwords."""
    run(_DOWN)
