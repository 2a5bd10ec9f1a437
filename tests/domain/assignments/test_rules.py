"""Assignment, transfer, substitution: which days, which people, which words."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.domain.assignments import rules
from app.domain.assignments.rules import (
    AssignmentKind,
    AssignmentOutOfTime,
    FamilyHasSubstitute,
    FamilyNotInformed,
    NobodyAssists,
    NotASubstitution,
    OverrideNeedsReason,
    SameAssistant,
    SubstitutionOutOfTime,
    SubstitutionOver,
    TransferOutOfTime,
)
from app.domain.caseload.rules import Period

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)
ONE, OTHER = UUID(int=1), UUID(int=2)
WEEK = Period(TODAY, TODAY + 7 * DAY)


@pytest.mark.rule("B6")
def test_an_assignment_begins_between_the_submission_and_sixty_days_from_now() -> None:
    submitted = TODAY - 5 * DAY
    for starts_on in (submitted, TODAY, TODAY + 60 * DAY):
        rules.require_start(starts_on, submitted, TODAY)
    for starts_on in (submitted - DAY, TODAY + 61 * DAY):
        with pytest.raises(AssignmentOutOfTime):
            rules.require_start(starts_on, submitted, TODAY)


@pytest.mark.rule("2.5")
def test_a_transfer_is_neither_back_dated_nor_further_than_sixty_days() -> None:
    since = TODAY - 100 * DAY
    for on in (TODAY, TODAY + 60 * DAY):
        rules.require_transfer_day(on, since, TODAY)
    for on in (TODAY - DAY, TODAY + 61 * DAY):
        with pytest.raises(TransferOutOfTime):
            rules.require_transfer_day(on, since, TODAY)


def test_nobody_follows_an_assistant_who_has_not_begun() -> None:
    rules.require_transfer_day(TODAY + 9 * DAY, TODAY + 9 * DAY, TODAY)
    with pytest.raises(TransferOutOfTime):
        rules.require_transfer_day(TODAY + 8 * DAY, TODAY + 9 * DAY, TODAY)


@pytest.mark.rule("2.5")
def test_a_substitution_includes_its_last_day() -> None:
    assert rules.require_substitution_days(TODAY, TODAY, TODAY) == Period(TODAY, TODAY + DAY)


@pytest.mark.parametrize(
    ("first", "last"), [(TODAY - DAY, TODAY), (TODAY + DAY, TODAY), (TODAY - DAY, TODAY - DAY)]
)
def test_a_substitution_neither_begins_in_the_past_nor_ends_before_it_begins(
    first: date, last: date
) -> None:
    with pytest.raises(SubstitutionOutOfTime):
        rules.require_substitution_days(first, last, TODAY)


def test_two_substitutes_may_follow_each_other_and_not_meet() -> None:
    rules.require_no_other_substitute(WEEK, [Period(TODAY + 7 * DAY, TODAY + 9 * DAY)])
    with pytest.raises(FamilyHasSubstitute):
        rules.require_no_other_substitute(WEEK, [Period(TODAY + 6 * DAY, TODAY + 9 * DAY)])


@pytest.mark.rule("2.5")
def test_nobody_follows_or_replaces_themselves_or_nobody() -> None:
    rules.require_another(ONE, OTHER)
    with pytest.raises(SameAssistant):
        rules.require_another(ONE, ONE)
    with pytest.raises(NobodyAssists):
        rules.require_another(None, ONE)


@pytest.mark.rule("2.5")
def test_the_family_knows_of_a_transfer() -> None:
    rules.require_informed(family_informed=True)
    with pytest.raises(FamilyNotInformed):
        rules.require_informed(family_informed=False)


@pytest.mark.rule("C13")
def test_an_override_says_why() -> None:
    rules.require_override_reason(override=False, reason=None)
    rules.require_override_reason(override=True, reason="rodzina mieszka obok")
    with pytest.raises(OverrideNeedsReason):
        rules.require_override_reason(override=True, reason=None)


def test_a_substitution_ends_early_on_any_day_before_its_end() -> None:
    for on in (TODAY, TODAY + 6 * DAY):
        rules.require_early_end(AssignmentKind.SUBSTITUTE, WEEK, on, TODAY)
    with pytest.raises(SubstitutionOver):
        rules.require_early_end(AssignmentKind.SUBSTITUTE, WEEK, TODAY + 7 * DAY, TODAY)
    with pytest.raises(SubstitutionOutOfTime):
        rules.require_early_end(AssignmentKind.SUBSTITUTE, WEEK, TODAY - DAY, TODAY)


def test_what_is_over_does_not_end_again() -> None:
    past = Period(TODAY - 7 * DAY, TODAY)
    with pytest.raises(SubstitutionOver):
        rules.require_early_end(AssignmentKind.SUBSTITUTE, past, TODAY - DAY, TODAY)


@pytest.mark.rule("B9")
def test_a_primary_assignment_does_not_end_by_itself() -> None:
    with pytest.raises(NotASubstitution):
        rules.require_early_end(AssignmentKind.PRIMARY, Period(TODAY), TODAY, TODAY)
