"""Which roles go together, and what nobody does to themselves."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from uuid import UUID

import pytest

from app.domain.actor import WITH_FAMILIES, Role
from app.domain.identity.rules import (
    AssistantIsSocialWorker,
    CoordinatorIsSocialWorker,
    NotOnYourself,
    SessionOver,
    next_refresh_end,
    require_not_oneself,
    require_roles_together,
    require_unused,
)


@pytest.mark.rule("C18")
def test_an_assistant_is_no_social_worker() -> None:
    with pytest.raises(AssistantIsSocialWorker):
        require_roles_together([Role.MANAGER, Role.SOCIAL_WORKER, Role.ASSISTANT])


@pytest.mark.rule("G7")
def test_a_coordinator_is_no_social_worker() -> None:
    with pytest.raises(CoordinatorIsSocialWorker):
        require_roles_together([Role.SOCIAL_WORKER, Role.FOSTER_CARE_COORDINATOR])


def test_all_other_pairs_go_together() -> None:
    for pair in combinations(WITH_FAMILIES, 2):
        if set(pair) - {Role.ASSISTANT, Role.FOSTER_CARE_COORDINATOR} != {Role.SOCIAL_WORKER}:
            require_roles_together(pair)


def test_nobody_locks_themselves_out() -> None:
    require_not_oneself(UUID(int=1), UUID(int=2))
    with pytest.raises(NotOnYourself):
        require_not_oneself(UUID(int=1), UUID(int=1))


NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_refresh_token_ends_with_idle_time_or_with_its_session() -> None:
    assert next_refresh_end(NOW, NOW + timedelta(hours=8), 30) == NOW + timedelta(minutes=30)
    assert next_refresh_end(NOW, NOW + SECOND, 30) == NOW + SECOND


def test_a_refresh_token_is_good_once_and_in_time() -> None:
    require_unused(None, NOW + SECOND, NOW)
    with pytest.raises(SessionOver):
        require_unused(None, NOW, NOW)
    with pytest.raises(SessionOver):
        require_unused(NOW - SECOND, NOW + SECOND, NOW)
