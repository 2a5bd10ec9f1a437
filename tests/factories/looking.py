"""Readings of the past: entries of the audit as looking at a family leaves them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from tests.factories.people import Person, World


async def read_at(
    world: World, who: Person, family: UUID, at: str, purpose: str = "casework"
) -> None:
    """Let somebody have read a family's file at an instant."""
    async with world.acting() as act:
        await act.session.execute(
            text(
                "INSERT INTO audit_entry (centre_id, account_id, operation, verb, subject,"
                " subject_id, family_id, at, purpose) VALUES (app.centre(), :who, 'show_family',"
                " 'read', 'family', :family, :family, :at, :purpose)"
            ),
            {
                "who": who.id,
                "family": family,
                "at": datetime.fromisoformat(at),
                "purpose": purpose,
            },
        )


async def searched_at(world: World, who: Person, at: str, times: int) -> None:
    """Let somebody have searched for families so often at an instant."""
    async with world.acting() as act:
        await act.session.execute(
            text(
                "INSERT INTO audit_entry (centre_id, account_id, operation, verb, subject,"
                " subject_id, at, purpose) SELECT app.centre(), :who, 'search_families', 'search',"
                " 'family_search', app.centre(), :at, 'identification'"
                " FROM generate_series(1, :times)"
            ),
            {"who": who.id, "at": datetime.fromisoformat(at), "times": times},
        )
