"""Drawing districts, and saying who serves them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.domain.act import Act
from app.domain.directory import rules
from app.domain.directory.tables import (
    District,
    DistrictFields,
    DistrictWorker,
    DistrictWorkerFields,
)
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.staff.queries import roles_of, standing_of
from app.domain.staff.rules import require_end
from app.domain.staff.service import lock_worker
from app.domain.vetting.rules import require_can_act


async def create_district(act: Act, said: DistrictFields) -> District:
    """Add a district."""
    district = District(**said.model_dump())
    act.add(district)
    tell(act, OfficeEventType.DISTRICT_CREATED, district.id)
    return district


async def change_district(
    act: Act, district_id: UUID, changes: Mapping[str, Any], if_match: int
) -> None:
    """Change a district's name or address."""
    district = await act.lock(District, district_id, if_match)
    district.sqlmodel_update(dict(changes))
    tell(act, OfficeEventType.DISTRICT_CHANGED, district.id)


async def appoint_worker(act: Act, district_id: UUID, said: DistrictWorkerFields) -> DistrictWorker:
    """Let a social worker serve a district, and see its families, from a day on."""
    district = await act.find(District, district_id)
    profile = await lock_worker(act, said.account_id)
    roles = await roles_of(act, said.account_id)
    rules.require_may_serve(profile.state, roles, profile.suspended_from, act.today)
    require_can_act(await standing_of(act, said.account_id, max(said.valid_from, act.today)))
    service = DistrictWorker(district_id=district.id, **said.model_dump())
    act.add(service)
    tell(act, OfficeEventType.DISTRICT_GIVEN, service.id)
    return service


async def end_service(act: Act, worker_id: UUID, valid_to: date, if_match: int) -> None:
    """End a service: `valid_to` is the first day on which the families are out of sight."""
    service = await act.lock(DistrictWorker, worker_id, if_match)
    require_end(service.valid_from, service.valid_to, valid_to)
    service.valid_to = valid_to
    tell(act, OfficeEventType.DISTRICT_TAKEN, service.id)
