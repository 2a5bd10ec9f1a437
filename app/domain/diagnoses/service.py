"""Making and revising the assistant's diagnosis."""

from datetime import date
from uuid import UUID

from app.db.types import document
from app.domain.act import Act
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.consents.service import require_consent
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.rules import DeadlineKind, days_due
from app.domain.diagnoses import queries, rules
from app.domain.diagnoses.tables import Diagnosis, DiagnosisFields
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.visits.rules import require_first_visit


async def make_diagnosis(act: Act, case_id: UUID, said: DiagnosisFields) -> Diagnosis:
    """Record the assistant's diagnosis; the work plan is due from its day."""
    case = await lock_case(act, case_id)
    settings = await settings_on(act, said.made_on)
    require_first_visit(case.state, joint=settings.joint_first_visit_required)
    advance(act, case, CaseAction.DIAGNOSE)
    await require_consent(act, case, said.made_on)
    await _judge(act, case, said, case.work_started_on)
    await deadlines.settle(act, case, DeadlineKind.DIAGNOSIS, said.made_on)
    due_on = days_due(said.made_on, settings.plan_days)
    deadlines.start(act, case, DeadlineKind.PLAN, started_on=said.made_on, due_on=due_on)
    return _put(act, case, said, EventType.DIAGNOSIS_MADE)


async def revise_diagnosis(
    act: Act, diagnosis_id: UUID, said: DiagnosisFields, reason: str
) -> Diagnosis:
    """Record a new version of the diagnosis as a whole; the earlier ones stay as they were."""
    found = await act.find(Diagnosis, diagnosis_id)
    case = await lock_case(act, found.case_id)
    advance(act, case, CaseAction.REVISE_DIAGNOSIS)
    await require_consent(act, case, said.made_on)
    latest = await queries.latest_diagnosis(act, case.id) or found
    rules.require_latest(found.version_no, latest.version_no)
    await _judge(act, case, said, found.made_on)
    kind = EventType.DIAGNOSIS_REVISED
    return _put(act, case, said, kind, version_no=found.version_no + 1, reason=reason)


async def _judge(act: Act, case: Case, said: DiagnosisFields, since: date | None) -> None:
    rules.require_made(said.made_on, act.today, since)
    rules.require_five_spheres(finding.sphere for finding in said.spheres)
    for child in said.children:
        rules.require_hearing(child.person_id, child.not_heard_reason, heard=child.heard)
    born = await queries.children_born(act, case.family_id, said.made_on)
    minors = {child for child, day in born.items() if rules.is_minor(day, said.made_on)}
    rules.require_children((child.person_id for child in said.children), minors)


def _put(
    act: Act,
    case: Case,
    said: DiagnosisFields,
    kind: EventType,
    *,
    version_no: int = 1,
    reason: str | None = None,
) -> Diagnosis:
    values = {name: document(getattr(said, name)) for name in DiagnosisFields.model_fields}
    diagnosis = Diagnosis(
        **values, case_id=case.id, family_id=case.family_id, version_no=version_no, reason=reason
    )
    act.add(diagnosis)
    emit(
        act,
        kind,
        family_id=case.family_id,
        case_id=case.id,
        subject_id=diagnosis.id,
        on=said.made_on,
    )
    return diagnosis
