"""How signals are found and shown, and who serves a district."""

from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from app.db.views import Key, Many, One, constants
from app.domain.act import Act
from app.domain.cases.rules import CaseState
from app.domain.identity.queries import can_act, person
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


# Who may work today, or is covered by somebody who may: nobody else would see the case (C10, 2.5a).
_SERVING = text(f"""
    SELECT d.account_id FROM district_worker d
      JOIN account a ON a.centre_id = d.centre_id AND a.id = d.account_id
       AND 'social_worker' = ANY (a.roles)
      LEFT JOIN LATERAL (SELECT x.covering_id FROM app.cover_days(ARRAY[d.account_id]) x
         WHERE x.absent_id = d.account_id AND x.starts_on <= app.today()) c ON true
      JOIN account w ON w.centre_id = d.centre_id AND w.id = coalesce(c.covering_id, d.account_id)
     WHERE d.centre_id = app.centre() AND d.district_id = :district AND d.valid_from <= app.today()
       AND (d.valid_to IS NULL OR d.valid_to > app.today())
       AND {can_act("w")}
     ORDER BY d.valid_from, d.id""")


async def list_serving(act: Act, district_id: UUID | None) -> list[UUID]:
    """Return whose work in a district is done today, the longest serving first (B12, C10)."""
    return list((await act.session.execute(_SERVING, {"district": district_id})).scalars())


_ROLES = text(f"""
    SELECT a.roles FROM account a
     WHERE a.centre_id = app.centre() AND a.id = :account AND {can_act("a")}""")


async def find_roles(act: Act, account_id: UUID) -> list[str] | None:
    """Return the roles of somebody of this centre who may work today: others see no case."""
    return (await act.session.execute(_ROLES, {"account": account_id})).scalar_one_or_none()
