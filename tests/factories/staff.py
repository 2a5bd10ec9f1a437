"""People who were admitted to work long ago, with clean checks and a fresh training."""

from datetime import date
from uuid import UUID

from app.db.base import Record
from app.demo import people

LONG_AGO = people.LONG_AGO
LAST_TRAINING = date(2025, 9, 1)


def admitted(account_id: UUID) -> list[Record]:
    """Return everything that lets a person work: profile, register checks, training, K3."""
    return people.admitted(account_id, trained=LAST_TRAINING)
