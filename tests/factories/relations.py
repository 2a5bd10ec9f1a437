"""How somebody can stand to a family: each relation with its person, for one call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from app.domain.access.rules import GrantReason as G
from app.domain.access.service import grant
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.assignments.rules import AbsenceReason
from app.domain.covers.tables import Cover
from app.domain.families.tables import Family
from tests.factories.people import ELSEWHERE, HERE, Person, World

DAY = timedelta(days=1)
Prepared = Callable[[Act, UUID, Person], None]
# A story may have suspended its assistant: then nothing is there, whatever the relation (C10).
_AT_WORK = text("UPDATE staff_profile SET state = 'active', suspended_from = NULL WHERE id = :id")
_PRESENT = text("UPDATE cover SET ends_on = starts_on")
_ALONE = text("UPDATE access_grant SET valid_to = valid_from WHERE family_id = :family")
_ARCHIVED = text(
    "UPDATE family_case SET state = 'archived', closed_on = coalesce(closed_on, opened_on)"
    " WHERE family_id = :family"
)


@dataclass(frozen=True, slots=True)
class Relation:
    """`scope` is the row scope of the matrix that it stands for; None: the family is hidden."""

    name: str
    person: Person
    scope: str | None = None
    given: Prepared | None = None
    district: UUID = HERE.other_district
    archived: bool = False

    @property
    def role(self) -> str:
        """Return the role of its person."""
        (role,) = self.person.roles
        return role.value

    @property
    def here(self) -> bool:
        """Tell whether the person is of the centre."""
        return self.person.centre == HERE.id

    async def put(self, world: World, family: UUID) -> None:
        """End every right to the family, then give the person theirs."""
        async with world.acting() as act:
            await act.session.execute(_ALONE, {"family": family})
            await act.session.execute(_PRESENT)
            await act.session.execute(_AT_WORK, {"id": self.person.id})
            (await act.find(Family, family)).district_id = self.district
            if self.archived:
                await act.session.execute(_ARCHIVED, {"family": family})
            if self.given:
                self.given(act, family, self.person)


def _right(reason: G, first: int = -9, end: int | None = None) -> Prepared:
    """Give a right from one day until before another, counted from today."""

    def give(act: Act, family: UUID, person: Person) -> None:
        grant(
            act,
            account_id=person.id,
            family_id=family,
            reason=reason,
            source_id=uuid4(),
            valid_from=act.today + first * DAY,
            valid_to=None if end is None else act.today + end * DAY,
        )

    return give


def _covers(absent: Person, first: int = 0, end: int = 1) -> Prepared:
    """Give a right to somebody who is absent and covered by the person on these days (2.5a)."""

    def give(act: Act, family: UUID, person: Person) -> None:
        _right(G.ASSIGNMENT)(act, family, absent)
        cover = Cover(
            absent_id=absent.id,
            covering_id=person.id,
            starts_on=act.today + first * DAY,
            ends_on=act.today + end * DAY,
            reason=AbsenceReason.LEAVE,
            takes_places=False,
        )
        act.add(cover)

    return give


_FA, _OTHER_FA, _SW = HERE.assistant, HERE.other_assistant, HERE.social_worker
_FC, _OTHER_FC = HERE.coordinator, HERE.other_coordinator
_CASE_TODAY = _right(G.CASEWORK, end=1)  # until the evening of the day of the archive (K11)
RELATIONS = (
    Relation("own", _FA, "own", _right(G.ASSIGNMENT)),
    Relation("monitored", _FA, "own", _right(G.MONITORING)),
    Relation("colleague's", _OTHER_FA),
    Relation("transferred today", _FA, None, _right(G.ASSIGNMENT, end=0)),
    Relation("substituted", _OTHER_FA, "substituted", _right(G.SUBSTITUTION, 0, 1)),
    Relation("substituted until yesterday", _OTHER_FA, None, _right(G.SUBSTITUTION, -9, 0)),
    Relation("substituted from tomorrow", _OTHER_FA, None, _right(G.SUBSTITUTION, 1, 9)),
    Relation("of whom they cover", _OTHER_FA, "own", _covers(_FA)),
    Relation("of whom they cover from tomorrow", _OTHER_FA, None, _covers(_FA, 1, 2)),
    Relation("of the district", _SW, "district", district=HERE.district),
    Relation("of another district", _SW),
    Relation("of a case of theirs", _SW, "casework", _right(G.CASEWORK)),
    Relation("of a case of another", HERE.other_social_worker, district=HERE.district),
    Relation("placed", _FC, "placed", _right(G.PLACEMENT)),
    Relation("placed with another", _OTHER_FC),
    Relation("returned today", _FC, None, _right(G.PLACEMENT, end=0)),
    Relation("managed", HERE.manager, "centre"),
    Relation("archived, assisted before", _FA, None, _right(G.ASSIGNMENT, end=0), archived=True),
    Relation("archived, their case until today", _SW, "casework", _CASE_TODAY, archived=True),
    Relation("archived, their case before", _SW, None, _right(G.CASEWORK, end=0), archived=True),
    Relation("archived, of the district", _SW, "district", None, HERE.district, archived=True),
    Relation("archived, placed", _FC, "placed", _right(G.PLACEMENT), archived=True),
    Relation("archived, managed", HERE.manager, "centre", archived=True),
    *(
        Relation(f"another centre's {person.name}", person)
        for person in ELSEWHERE.people
        if not person.name.startswith("other")
    ),
)
assert {relation.role for relation in RELATIONS} == {role.value for role in Role}
