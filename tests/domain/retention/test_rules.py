"""When a file may end: both sides of each boundary; what of a document is left."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.domain.cases.rules import ENDED, CaseState
from app.domain.retention import rules
from app.domain.retention.rules import MARK, CaseFacts, ErasureGround

TODAY, DAY = date(2026, 3, 10), timedelta(days=1)
OVER, NEVER = ErasureGround.RETENTION_OVER, ErasureGround.NEVER_NEEDED


def _archived(until: date | None) -> CaseFacts:
    return CaseFacts(CaseState.ARCHIVED, archived=True, retention_until=until)


@pytest.mark.rule("K8")
def test_a_file_may_go_on_the_day_on_which_its_period_ends_and_not_the_day_before() -> None:
    rules.require_erasable(OVER, [_archived(TODAY)], TODAY)
    with pytest.raises(rules.RetentionRuns):
        rules.require_erasable(OVER, [_archived(TODAY)], TODAY - DAY)


@pytest.mark.rule("K8")
@pytest.mark.parametrize("ground", ErasureGround)
def test_one_case_that_is_still_kept_keeps_the_whole_file(ground: ErasureGround) -> None:
    with pytest.raises(rules.RetentionRuns):
        rules.require_erasable(ground, [_archived(TODAY), _archived(TODAY + DAY)], TODAY)


@pytest.mark.rule("K8")
@pytest.mark.parametrize("ground", ErasureGround)
def test_an_unknown_period_is_never_over(ground: ErasureGround) -> None:
    for unknown in (_archived(None), CaseFacts(CaseState.ARCHIVED)):
        with pytest.raises(rules.RetentionRuns):
            rules.require_erasable(ground, [unknown, _archived(TODAY)], TODAY)


@pytest.mark.rule("RODO17.3b")
@pytest.mark.parametrize("state", list(CaseState), ids=lambda state: state.value)
def test_a_file_in_use_does_not_end(state: CaseState) -> None:
    facts = [CaseFacts(state), _archived(TODAY)]
    if state in ENDED - {CaseState.ARCHIVED}:
        rules.require_erasable(NEVER, facts, TODAY)
        return
    kind = rules.RetentionRuns if state is CaseState.ARCHIVED else rules.FileInUse
    with pytest.raises(kind):
        rules.require_erasable(NEVER, facts, TODAY)


def test_what_was_never_archived_ends_as_never_needed_before_its_period_is_over() -> None:
    rules.require_erasable(NEVER, [], TODAY)
    with pytest.raises(rules.RetentionRuns):
        rules.require_erasable(OVER, [], TODAY)
    for until in (None, TODAY + DAY):
        runs = [CaseFacts(CaseState.NO_NEED, retention_until=until)]
        rules.require_erasable(NEVER, runs, TODAY)
        with pytest.raises(rules.RetentionRuns):
            rules.require_erasable(OVER, runs, TODAY)


@pytest.mark.rule("K8")
@pytest.mark.parametrize("state", sorted(ENDED))
def test_a_later_case_that_ended_in_whatever_way_keeps_the_file_of_an_older_one(
    state: CaseState,
) -> None:
    later = CaseFacts(state, retention_until=TODAY + DAY)
    with pytest.raises(rules.RetentionRuns) as refused:
        rules.require_erasable(OVER, [_archived(TODAY), later], TODAY)
    assert refused.value.facts["retention_until"] == TODAY + DAY
    rules.require_erasable(OVER, [_archived(TODAY), later], TODAY + DAY)


@pytest.mark.rule("K8")
def test_a_case_that_nobody_archived_is_kept_by_the_centres_years_after_its_end() -> None:
    for day in (date(2024, 1, 1), date(2024, 12, 31)):
        assert rules.kept_by_settings(day, "B-10", 1) == date(2026, 1, 1)
    assert rules.kept_by_settings(date(2025, 1, 1), "B-10", 1) == date(2027, 1, 1)
    for unknown in ((None, "B-10", 1), (TODAY, None, 1), (TODAY, "B-10", None)):
        assert rules.kept_by_settings(*unknown) is None


@pytest.mark.rule("RODO17.3e")
def test_one_hold_is_enough() -> None:
    rules.require_no_hold(0)
    with pytest.raises(rules.UnderLegalHold):
        rules.require_no_hold(1)


def test_a_hold_is_set_today_at_the_latest() -> None:
    rules.require_set(TODAY, TODAY)
    with pytest.raises(rules.HoldDayWrong):
        rules.require_set(TODAY + DAY, TODAY)


def test_a_hold_is_lifted_once_between_its_day_and_today() -> None:
    for day in (TODAY - DAY, TODAY):
        rules.require_lifting(None, TODAY - DAY, day, TODAY)
    for day in (TODAY - 2 * DAY, TODAY + DAY):
        with pytest.raises(rules.HoldDayWrong):
            rules.require_lifting(None, TODAY - DAY, day, TODAY)
    with pytest.raises(rules.HoldLiftedAlready):
        rules.require_lifting(TODAY, TODAY, TODAY, TODAY)


def test_ids_days_codes_and_numbers_stay_in_a_document_and_words_do_not() -> None:
    known = rules.codes()
    stays = {
        "person_id": str(uuid4()),
        "on": "2026-03-10",
        "at": "2026-03-10T09:00:00Z",
        "begins": "10:00",
        "level": "health",
        "count": 3,
        "heard": True,
        "note": None,
    }
    assert rules.erased(stays, known) == stays
    words = {"name": "Anna", "list": ["Zgłoszenie do poradni.", "health"], "odd": "2026-03-10 Anna"}
    left = {"name": MARK, "list": [MARK, "health"], "odd": MARK}
    assert rules.erased(words, known) == left
