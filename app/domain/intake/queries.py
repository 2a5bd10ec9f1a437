"""How signals are found and shown, and who serves a district."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from app.db.views import Key, Many, One, constants
from app.domain.act import Act
from app.domain.cases.rules import CaseState
from app.domain.directory.tables import DistrictWorker
from app.domain.identity.queries import person
from app.domain.identity.tables import Account
from app.domain.intake.rules import WARNED_BY
from app.domain.intake.tables import Signal

_WARNED = constants(
    ((code, rule.id, rule.basis, code.pl, code.en) for code, rule in WARNED_BY.items()),
    "w",
    ("code", "rule", "legal_basis", "pl", "en"),
)
_WARNINGS = f"""(SELECT coalesce(json_agg(json_build_object('rule', w.rule,
    'legal_basis', w.legal_basis, 'text', json_build_object('pl', w.pl, 'en', w.en))), '[]')
  FROM {_WARNED} WHERE w.code = ANY (s.warnings))"""
# The first signal waits for the interview of its case, each further one for its own check (B2).
_OF_SIGNAL = """deadline d WHERE d.centre_id = s.centre_id AND d.case_id = s.case_id
    AND d.family_id = s.family_id AND d.kind = CASE WHEN s.further THEN 'signal_check'
                                                    ELSE 'interview' END
    AND d.subject_id = CASE WHEN s.further THEN s.id ELSE s.case_id END"""
_HEADER = f"""
    s.id, s.version, s.case_id, s.family_id, f.surname AS family_surname, c.state AS case_state,
    s.received_on, s.source, s.institution, s.urgent,
    {person("c.social_worker_id")} AS social_worker,
    s.further, (SELECT min(d.due_on) FROM {_OF_SIGNAL} AND d.settled_on IS NULL
                 AND d.dropped_on IS NULL) AS interview_due_on,
    (SELECT max(d.settled_on) FROM {_OF_SIGNAL}) AS checked_on"""
_FROM = """signal s
    JOIN family_case c ON c.centre_id = s.centre_id AND c.id = s.case_id
    JOIN family f ON f.centre_id = s.centre_id AND f.id = s.family_id"""

SIGNAL = One(
    f"""SELECT {_HEADER}, s.description, s.checked_how, s.finding, c.previous_case_id,
    {_WARNINGS} AS warnings,
    s.created_by, app.z(s.created_at) AS created_at
  FROM {_FROM} WHERE s.id = :id::uuid AND app.note_reading(s.family_id, 'signal', s.id)"""
)
SIGNALS = Many(
    f"""SELECT {_HEADER} FROM {_FROM}
 WHERE s.centre_id = app.centre()
   AND NOT app.in_emergency(s.family_id) AND (:waiting::boolean IS NULL
       OR CASE WHEN s.further THEN EXISTS (SELECT FROM {_OF_SIGNAL} AND d.settled_on IS NULL
                                              AND d.dropped_on IS NULL)
               ELSE c.state = '{CaseState.SIGNAL_RECEIVED}' END = :waiting::boolean)""",
    (Key("s.received_on", "date"), Key("s.id", "uuid")),
    descending=True,
    noted="signal",
)


async def find_signal(act: Act, case_id: UUID) -> Signal | None:
    """Return the signal that opened a case."""
    query = select(Signal).where(
        col(Signal.centre_id) == act.actor.centre_id,
        col(Signal.case_id) == case_id,
        col(Signal.further).is_(False),
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def list_serving(act: Act, district_id: UUID | None) -> list[UUID]:
    """Return the social workers who serve a district today, the longest serving first (B12)."""
    query = (
        select(col(DistrictWorker.account_id))
        .where(
            col(DistrictWorker.centre_id) == act.actor.centre_id,
            col(DistrictWorker.district_id) == district_id,
            col(DistrictWorker.valid_from) <= act.today,
            or_(
                col(DistrictWorker.valid_to).is_(None),
                col(DistrictWorker.valid_to) > act.today,
            ),
        )
        .order_by(col(DistrictWorker.valid_from), col(DistrictWorker.id))
    )
    return list((await act.session.execute(query)).scalars())


async def find_roles(act: Act, account_id: UUID) -> list[str] | None:
    """Return the roles of an active account of this centre."""
    query = select(col(Account.roles)).where(
        col(Account.centre_id) == act.actor.centre_id,
        col(Account.id) == account_id,
        col(Account.active).is_(True),
    )
    return (await act.session.execute(query)).scalar_one_or_none()
