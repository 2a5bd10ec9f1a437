"""Who acts: the person, the centre, the roles."""

from dataclasses import dataclass
from uuid import UUID

from app.domain.terms import Term


class Role(Term):
    """The four roles of the procedure, and who keeps accounts (JWT claim `roles`)."""

    SOCIAL_WORKER = "social_worker", "pracownik socjalny", "social worker"
    ASSISTANT = "assistant", "asystent rodziny", "family assistant"
    MANAGER = "manager", "kierownik ośrodka", "manager of the centre"
    FOSTER_CARE_COORDINATOR = (
        "foster_care_coordinator",
        "koordynator rodzinnej pieczy zastępczej",
        "foster-care coordinator",
    )
    ADMINISTRATOR = "administrator", "administrator kont", "administrator of accounts"


# An administrator keeps accounts and settings, and sees no family: what is open to all who work
# with families has to name EVERYONE to be open to administrators too.
EVERYONE = frozenset(Role)
WITH_FAMILIES = EVERYONE - {Role.ADMINISTRATOR}
ACCOUNT_KEEPERS = (Role.MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person: `account_id` is also the id of their staff profile.

    A machine client acts with its own id, without roles, by its `scopes`; a person has none.
    """

    account_id: UUID
    centre_id: UUID
    session_id: UUID | None
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()
