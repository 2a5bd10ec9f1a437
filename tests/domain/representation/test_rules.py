"""Who speaks for a child: by authority, by a court's decision, and who must be named."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

import pytest

from app.domain.families.rules import FamilyRole, ParentalAuthority
from app.domain.representation import rules

A, R = ParentalAuthority, FamilyRole
TODAY = date(2026, 3, 10)


@dataclass
class _Member:
    role: FamilyRole
    parental_authority: ParentalAuthority = A.FULL
    left_on: date | None = None
    participates: bool = True
    id: UUID = field(default_factory=uuid4)


CHILD = _Member(R.CHILD, A.NONE)
MOTHER = _Member(R.MOTHER)


def _judge(who: _Member | None, *others: _Member) -> None:
    members = (CHILD, *others)
    rules.require_representing(who.id if who else None, members, child=CHILD.id)


@pytest.mark.rule("KRO98.1")
@pytest.mark.parametrize("authority", [A.SUSPENDED, A.DEPRIVED, A.NONE])
@pytest.mark.parametrize("role", [R.MOTHER, R.FATHER, R.PARTNER, R.OTHER])
def test_nobody_speaks_for_a_child_without_authority(
    role: FamilyRole, authority: ParentalAuthority
) -> None:
    member = _Member(role, authority)
    with pytest.raises(rules.WithoutAuthority):
        _judge(member, member)


@pytest.mark.rule("KRO98.1")
@pytest.mark.parametrize(
    "member",
    [
        MOTHER,
        _Member(R.FATHER, A.LIMITED),
        _Member(R.FATHER, left_on=TODAY),
        _Member(R.GUARDIAN, A.NONE),
    ],
)
def test_a_parent_with_authority_and_a_guardian_do(member: _Member) -> None:
    _judge(member, member)


@pytest.mark.rule("KRO98.1")
@pytest.mark.parametrize("authority", [A.SUSPENDED, A.DEPRIVED])
def test_a_guardian_from_whom_it_was_taken_does_not(authority: ParentalAuthority) -> None:
    guardian = _Member(R.GUARDIAN, authority)
    with pytest.raises(rules.WithoutAuthority):
        _judge(guardian, guardian)


@pytest.mark.rule("KRO98.1")
@pytest.mark.parametrize(
    ("other", "named"),
    [
        (_Member(R.FATHER), False),
        (_Member(R.FATHER, A.SUSPENDED), True),
        (_Member(R.FATHER, A.NONE), True),
        (_Member(R.FATHER, left_on=TODAY), True),
        (_Member(R.PARTNER, A.NONE), False),
    ],
)
def test_who_asks_is_named_where_a_parent_may_not_or_has_left(
    other: _Member, *, named: bool
) -> None:
    if named:
        with pytest.raises(rules.RepresentativeNotNamed):
            _judge(None, MOTHER, other)
    else:
        _judge(None, MOTHER, other)


@pytest.mark.rule("KRO98.1")
@pytest.mark.parametrize("who", [CHILD, _Member(R.FATHER)])
def test_a_representative_is_another_member_of_the_family(who: _Member) -> None:
    with pytest.raises(rules.RepresentativeUnknown):
        _judge(who, MOTHER)


@pytest.mark.parametrize(
    ("born_on", "role", "of_age"),
    [
        (date(2008, 3, 10), R.CHILD, True),
        (date(2008, 3, 11), R.MOTHER, False),
        (None, R.CHILD, False),
        (None, R.MOTHER, True),
    ],
)
def test_of_age_is_who_is_eighteen_and_without_a_birthday_who_is_no_child(
    born_on: date | None, role: FamilyRole, *, of_age: bool
) -> None:
    assert rules.is_of_age(born_on, role, TODAY) is of_age
