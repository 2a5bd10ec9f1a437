"""Who represents a child, judged by what the file says of parental authority."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol
from uuid import UUID

from app.domain.errors import Conflict, Invalid
from app.domain.families.rules import (
    HOLDING,
    FamilyRole,
    MemberFacts,
    ParentalAuthority,
    is_child,
)
from app.domain.law import FAMILY_CODE, Certainty, Rule

_PARENTS = (FamilyRole.MOTHER, FamilyRole.FATHER)
KRO98 = Rule(
    "KRO98.1",
    FAMILY_CODE.art(98, 1),
    "Dziecko reprezentuje rodzic, pod którego władzą rodzicielską ono pozostaje: nie ten, którego"
    " władzy pozbawiono lub zawieszono (art. 95, 110 i 111 KRO).",
    "A child is represented by a parent who holds authority over it: not by one who was deprived of"
    " it or whose authority is suspended (art. 95, 110 and 111 KRO).",
    sure=Certainty.SECONDARY,
)


class RepresentativeNotNamed(Invalid):
    """Name who represents the child (representative_id): not every parent of this family may."""

    pl = "Wskaż, kto reprezentuje dziecko (representative_id): nie każdy rodzic z tej rodziny może."
    rule = KRO98
    pointer = "#/representative_id"


class RepresentativeUnknown(Invalid):
    """The representative is another member of the child's family."""

    pl = "Przedstawicielem jest inny członek rodziny dziecka."
    rule = KRO98
    pointer = "#/representative_id"


class WithoutAuthority(Conflict):
    """Who has no parental authority over a child does not represent it."""

    pl = "Kto nie ma władzy rodzicielskiej nad dzieckiem, nie reprezentuje go."
    rule = KRO98


class Relative(MemberFacts, Protocol):
    """What the rules need of a member of the child's family; a `Person` row has it all."""

    @property
    def role(self) -> FamilyRole:
        """Return what they are in the family."""


def is_of_age(born_on: date | None, role: FamilyRole, today: date) -> bool:
    """Tell whether nobody has authority over somebody any more; without a birthday, by the role."""
    return role is not FamilyRole.CHILD if born_on is None else not is_child(born_on, today)


def _represents(member: Relative) -> bool:
    """Tell whether a member may speak for a child; a guardian does so by the court's decision."""
    if member.role is FamilyRole.GUARDIAN and member.parental_authority is ParentalAuthority.NONE:
        return True
    return member.parental_authority in HOLDING


def require_representing(
    representative: UUID | None, members: Iterable[Relative], *, child: UUID
) -> None:
    """Refuse who has no authority over a child, and to leave open who asks where that matters.

    It matters where a parent of the family has no authority, or has left it. Somebody who is no
    member proves their authority by the document alone.
    """
    others = {member.id: member for member in members if member.id != child}
    if representative is None:
        parents = (m for m in others.values() if m.role in _PARENTS)
        if any(m.left_on is not None or not _represents(m) for m in parents):
            raise RepresentativeNotNamed
    elif representative not in others:
        raise RepresentativeUnknown
    elif not _represents(others[representative]):
        raise WithoutAuthority
