"""How monitorings are found, and how they are shown."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from app.db.views import One
from app.domain.act import Act
from app.domain.assignments.rules import AssignmentKind
from app.domain.assignments.tables import Assignment
from app.domain.caseload.rules import C14
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.identity.queries import person
from app.domain.monitoring.rules import MonitoringRisk
from app.domain.monitoring.tables import Monitoring, MonitoringCheck
from app.domain.placements.queries import warnings


async def last_assistant(act: Act, case_id: UUID) -> UUID | None:
    """Return who worked with the family last; a substitute is not meant."""
    query = (
        select(col(Assignment.assistant_id))
        .where(
            col(Assignment.centre_id) == act.actor.centre_id,
            col(Assignment.case_id) == case_id,
            col(Assignment.kind) == AssignmentKind.PRIMARY,
        )
        .order_by(col(Assignment.starts_on).desc(), col(Assignment.id).desc())
        .limit(1)
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def families_monitored(act: Act, assistant_id: UUID) -> int:
    """Return how many families an assistant monitors now (C14)."""
    query = (
        select(func.count())
        .select_from(Monitoring)
        .join(
            Case,
            (col(Case.centre_id) == col(Monitoring.centre_id))
            & (col(Case.id) == col(Monitoring.case_id)),
        )
        .where(
            col(Monitoring.centre_id) == act.actor.centre_id,
            col(Monitoring.assistant_id) == assistant_id,
            col(Case.state) == CaseState.MONITORING,
        )
    )
    return int((await act.session.execute(query)).scalar_one())


async def lock_monitoring(act: Act, case_id: UUID) -> Monitoring | None:
    """Return the monitoring of a case, locked."""
    query = (
        select(Monitoring)
        .where(
            col(Monitoring.centre_id) == act.actor.centre_id,
            col(Monitoring.case_id) == case_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def last_risk(act: Act, monitoring_id: UUID) -> MonitoringRisk | None:
    """Return what the latest check of a monitoring found."""
    query = (
        select(col(MonitoringCheck.risk))
        .where(
            col(MonitoringCheck.centre_id) == act.actor.centre_id,
            col(MonitoringCheck.monitoring_id) == monitoring_id,
        )
        .order_by(col(MonitoringCheck.checked_on).desc(), col(MonitoringCheck.id).desc())
        .limit(1)
    )
    return (await act.session.execute(query)).scalar_one_or_none()


# Whether check `x` found a serious risk and none has followed it.
SERIOUS = """x.risk = 'serious' AND NOT EXISTS (SELECT FROM monitoring_check k
    WHERE k.centre_id = x.centre_id AND k.monitoring_id = x.monitoring_id
      AND (k.checked_on, k.id) > (x.checked_on, x.id))"""
_CHECK = f"""
    SELECT k.id, k.version, k.case_id, k.family_id, k.checked_on, k.mode, k.situation, k.risk,
           k.next_on, {person("k.created_by")} AS checked_by, app.z(k.created_at) AS created_at
      FROM monitoring_check k WHERE k.centre_id = app.centre()
"""
_TOO_MANY = f"'{C14.id}' = ANY (m.warnings)"
MONITORING = One(
    f"""
    SELECT m.id, m.version, m.case_id, m.family_id, c.state AS case_state,
           c.version AS case_version, c.state = 'monitoring' AS running,
           {person("m.assistant_id")} AS assistant, m.starts_on, m.planned_end, m.interval_months,
           m.ended_on, m.outcome,
           (SELECT min(d.due_on) FROM deadline d WHERE d.centre_id = m.centre_id
             AND d.case_id = m.case_id AND d.kind = 'monitoring_check' AND c.state = 'monitoring'
             AND d.settled_on IS NULL AND d.dropped_on IS NULL) AS next_check_on,
           (SELECT coalesce(json_agg(row_to_json(x) ORDER BY x.checked_on DESC, x.id DESC), '[]')
              FROM ({_CHECK} AND k.monitoring_id = m.id
                    ORDER BY k.checked_on DESC, k.id DESC LIMIT 100) x) AS checks,
           {warnings((C14, _TOO_MANY))} AS warnings, app.z(m.created_at) AS created_at
      FROM monitoring m JOIN family_case c ON c.centre_id = m.centre_id AND c.id = m.case_id
     WHERE m.centre_id = app.centre() AND m.case_id = :case_id::uuid
       AND app.note_reading(m.family_id, 'monitoring', m.id)
    """,
    facts="SELECT r.case_state",
)
CHECK = One(
    f"{_CHECK} AND k.id = :id::uuid AND app.note_reading(k.family_id, 'monitoring_check', k.id)"
)
