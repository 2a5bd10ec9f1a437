"""Publishing a version of the notice, and recording to whom it was handed."""

from uuid import UUID

from app.domain.act import Act
from app.domain.events.rules import EventType, OfficeEventType
from app.domain.events.service import emit, tell
from app.domain.families.rules import require_not_erased
from app.domain.families.tables import Family, Person
from app.domain.notices import queries, rules
from app.domain.notices.tables import (
    DataNotice,
    DataNoticeFields,
    HandingFields,
    NoticeHanding,
)


async def publish(act: Act, said: DataNoticeFields) -> DataNotice:
    """Publish the next version of the notice; earlier ones stay as they were handed over."""
    notice = DataNotice(
        **said.model_dump(include=set(DataNoticeFields.model_fields)),
        version_no=await queries.next_version(act),
        published_on=act.today,
    )
    act.add(notice)
    tell(act, OfficeEventType.DATA_NOTICE_PUBLISHED, notice.id)
    return notice


async def hand_over(act: Act, person_id: UUID, said: HandingFields) -> NoticeHanding:
    """Record that a notice was handed to a member of a family."""
    member = await act.find(Person, person_id)
    require_not_erased((await act.lock(Family, member.family_id)).erased_on)
    notice = await act.find(DataNotice, said.notice_id)
    rules.require_handing_day(said.handed_on, notice.published_on, act.today)
    handing = NoticeHanding(
        **said.model_dump(include=set(HandingFields.model_fields)),
        person_id=member.id,
        family_id=member.family_id,
    )
    act.add(handing)
    emit(
        act,
        EventType.NOTICE_HANDED,
        family_id=member.family_id,
        subject_id=handing.id,
        on=said.handed_on,
    )
    return handing
