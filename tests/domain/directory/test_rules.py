"""Who may serve a district."""

from datetime import date

import pytest

from app.domain.actor import Role
from app.domain.directory.rules import DistrictNeedsSocialWorker, require_may_serve
from app.domain.staff.rules import StaffState, WorkerNotActive, WorkerSuspended

TODAY = date(2026, 3, 10)


@pytest.mark.rule("B12")
def test_a_social_worker_at_work_may_serve_a_district() -> None:
    require_may_serve(StaffState.ACTIVE, [Role.SOCIAL_WORKER], None, TODAY)


@pytest.mark.rule("B12")
@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.MANAGER, Role.FOSTER_CARE_COORDINATOR])
def test_nobody_else_may(role: Role) -> None:
    with pytest.raises(DistrictNeedsSocialWorker):
        require_may_serve(StaffState.ACTIVE, [role], None, TODAY)


def test_a_social_worker_who_is_not_at_work_may_not() -> None:
    with pytest.raises(WorkerNotActive):
        require_may_serve(StaffState.DRAFT, [Role.SOCIAL_WORKER], None, TODAY)
    with pytest.raises(WorkerSuspended):
        require_may_serve(StaffState.SUSPENDED, [Role.SOCIAL_WORKER], TODAY, TODAY)
