"""Receiving a request, extending its month, answering it: handed over, erased or refused."""

from uuid import UUID

from app.domain.act import Act
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.families.queries import list_members
from app.domain.families.tables import Family, Person
from app.domain.representation.rules import is_of_age, require_representing
from app.domain.retention.rules import (
    FileInUse,
    OpenRequest,
    RetentionRuns,
    UnderLegalHold,
    require_kept,
)
from app.domain.retention.service import erase_file
from app.domain.rights import rules
from app.domain.rights.queries import other_files
from app.domain.rights.rules import RequestAction, Requester, RequestState, RightsKind
from app.domain.rights.tables import (
    ErasureFields,
    ExtensionFields,
    HandOverFields,
    RefusalFields,
    RepresentativeFields,
    RepresentedRequest,
    RightsRequest,
    RightsRequestFields,
)

_RECEIVED = {*RightsRequestFields.model_fields, *RepresentativeFields.model_fields}


async def receive(act: Act, said: RepresentedRequest, kind: RightsKind) -> RightsRequest:
    """Enter a request about a person's data; its month runs from the day it came (12.3)."""
    rules.require_received(said.received_on, act.today)
    rules.require_representation(Requester(said.requester), said.representation_ref)
    person = await act.find(Person, said.person_id)
    family = await act.lock(Family, person.family_id)
    require_kept(family.erased_on)
    await _require_representing(act, person, said)
    values = said.model_dump(include=_RECEIVED)
    request = RightsRequest(**values, kind=kind, due_on=rules.due(said.received_on))
    act.add(request)
    tell(act, OfficeEventType.RIGHTS_REQUEST_RECEIVED, request.id)
    return request


async def _require_representing(
    act: Act, person: Person, said: RepresentedRequest | RightsRequest
) -> None:
    """Judge who asks for a child: a parent by their authority (KRO 98)."""
    if said.requester is not Requester.LEGAL_REPRESENTATIVE:
        return
    if is_of_age(person.born_on, person.role, act.today):
        return
    require_representing(
        said.representative_id, await list_members(act, person.family_id), child=person.id
    )


async def extend(act: Act, request_id: UUID, if_match: int, said: ExtensionFields) -> RightsRequest:
    """Extend the month once, by one or two more; the person is told within the first."""
    request = await _step(act, request_id, if_match, RequestAction.EXTEND)
    rules.require_extendable(request.extended_on, request.due_on, act.today)
    request.extended_on, request.extension_reason = act.today, said.reason
    request.due_on = rules.due(request.received_on, said.months)
    tell(act, OfficeEventType.RIGHTS_REQUEST_EXTENDED, request.id)
    return request


async def hand_over(
    act: Act, request_id: UUID, if_match: int, said: HandOverFields
) -> RightsRequest:
    """Record that the data were handed over to who is certain to be the right person."""
    request = await _step(act, request_id, if_match, RequestAction.HAND_OVER)
    rules.require_kind(request.kind, RightsKind.ACCESS)
    rules.require_identified(identity_confirmed=said.identity_confirmed)
    rules.require_answer_day(said.handed_over_on, request.received_on, act.today)
    request.identity_confirmed = True
    request.closed_on, request.handed_over_by = said.handed_over_on, said.channel
    await _require_representing(act, await act.find(Person, request.person_id), request)
    tell(act, OfficeEventType.RIGHTS_REQUEST_GRANTED, request.id)
    return request


async def grant_erasure(
    act: Act, request_id: UUID, if_match: int, said: ErasureFields
) -> RightsRequest:
    """Grant an erasure: the files in which the person is known are anonymised at once (17.1).

    Refused while a case of the file of the request is not ended, the archive keeps it (K7, K8), a
    hold stands or another request awaits its answer. Another file of the person that may not go
    stays, and the answer names it.
    """
    request = await _step(act, request_id, if_match, RequestAction.GRANT_ERASURE)
    rules.require_kind(request.kind, RightsKind.ERASURE)
    rules.require_identified(identity_confirmed=said.identity_confirmed)
    request.identity_confirmed, request.closed_on = True, act.today
    request.erasure_ground = said.ground
    tell(act, OfficeEventType.RIGHTS_REQUEST_GRANTED, request.id)
    await act.flush()
    person = await act.find(Person, request.person_id)
    others = await other_files(act, person)
    await erase_file(act, person.family_id, said.ground, request_id=request.id)
    kept = [file for file in others if not await _also_erased(act, file, said, request.id)]
    if kept:
        request.kept_family_ids = kept
    return request


async def _also_erased(act: Act, family_id: UUID, said: ErasureFields, request_id: UUID) -> bool:
    """Erase another file of the person, or tell that it stays."""
    try:
        await erase_file(act, family_id, said.ground, request_id=request_id)
    except (UnderLegalHold, FileInUse, OpenRequest, RetentionRuns):
        return False
    return True


async def refuse(act: Act, request_id: UUID, if_match: int, said: RefusalFields) -> RightsRequest:
    """Refuse a request on a ground of the law, with its reason."""
    request = await _step(act, request_id, if_match, RequestAction.REFUSE)
    rules.require_ground(request.kind, said.ground)
    rules.require_answer_day(said.refused_on, request.received_on, act.today)
    request.closed_on = said.refused_on
    request.refusal_ground, request.refusal_reason = said.ground, said.reason
    tell(act, OfficeEventType.RIGHTS_REQUEST_REFUSED, request.id)
    return request


async def _step(act: Act, request_id: UUID, if_match: int, action: RequestAction) -> RightsRequest:
    request = await act.lock(RightsRequest, request_id, if_match)
    taken = rules.WORKFLOW.step(RequestState(request.state), action)
    request.state = taken.target or request.state
    return request
