"""How consents are found, and who has signed."""

import json
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select
from sqlmodel import col

from app.db.session import show
from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.cases.queries import SEEN_CASE
from app.domain.cases.rules import ASSISTED, BEFORE_ASSIGNMENT
from app.domain.cases.tables import Case
from app.domain.consents.tables import ConsentSignature, ConsentWithdrawal

_HOLDERS = """person p
      WHERE p.centre_id = c.centre_id AND p.family_id = c.family_id AND p.left_on IS NULL
        AND p.participates AND p.parental_authority IN ('full', 'limited')"""
# Which risks nobody has answered yet, of a withdrawal `x`.
RISK_OPEN = "x.risk_to_children AND x.risk_handled_on IS NULL"
# Facts for `rules.missing_consent` in another view: the outer row must be a case called `c`.
CONSENT_FACTS = f"""
    (SELECT coalesce(json_agg(p.id), '[]') FROM {_HOLDERS}) AS consent_holders,
    (SELECT coalesce(json_agg(DISTINCT s.person_id), '[]') FROM consent_signature s
      WHERE s.centre_id = c.centre_id AND s.case_id = c.id
        AND s.withdrawn_on IS NULL) AS consent_signed,
    c.consent_withdrawn_on
"""
# Whether it covers no longer, nobody having withdrawn it, of a case called `c`.
UNCOVERED = f"""c.consent_withdrawn_on IS NULL AND (NOT EXISTS (SELECT FROM {_HOLDERS})
    OR EXISTS (SELECT FROM {_HOLDERS} AND NOT EXISTS (SELECT FROM consent_signature s
        WHERE s.centre_id = c.centre_id AND s.case_id = c.id AND s.family_id = c.family_id
          AND s.person_id = p.id AND s.withdrawn_on IS NULL)))"""


def signed(day: str) -> str:
    """Write whose consent bound on a day (SQL for a date) in the case `:case_id`, as ids.

    It binds until the day before its withdrawal. Who signed later and had not withdrawn took no
    part yet, so nothing was missing; a renewal does not reach back into the time that it ended.
    """
    return f"""ARRAY(SELECT s.person_id FROM consent_signature s
    WHERE s.centre_id = app.centre() AND s.case_id = :case_id::uuid
      AND (s.withdrawn_on IS NULL OR s.withdrawn_on > {day})
      AND NOT (s.signed_on > {day} AND EXISTS (SELECT FROM consent_withdrawal w
        WHERE w.centre_id = s.centre_id AND w.case_id = s.case_id AND w.family_id = s.family_id
          AND w.signer_id = s.person_id AND NOT w.continues_without
          AND w.withdrawn_on <= {day})))"""


_SIGNED_BY = View(f"SELECT to_json({signed(':on::date')})")

_SIGNATURES = """(SELECT json_agg(json_build_object('person_id', s.person_id,
    'signed_on', s.signed_on, 'withdrawn_on', s.withdrawn_on) ORDER BY s.id)
  FROM consent_signature s WHERE s.centre_id = k.centre_id AND s.consent_id = k.id)"""
_WITHDRAWALS = """(SELECT coalesce(json_agg(json_build_object('id', w.id,
    'withdrawn_on', w.withdrawn_on, 'signer_id', w.signer_id, 'form', w.form, 'reason', w.reason,
    'risk_to_children', w.risk_to_children, 'risk_note', w.risk_note,
    'continues_without', w.continues_without, 'risk_handled', w.risk_handled,
    'risk_handled_on', w.risk_handled_on, 'created_by', w.created_by) ORDER BY w.id), '[]')
  FROM consent_withdrawal w WHERE w.centre_id = k.centre_id AND w.consent_id = k.id)"""
_HEADER = f"""k.id, k.version, k.case_id, k.family_id, k.state, k.signed_on, k.form,
    k.document_ref, k.scope, k.information_clause_handed, {_SIGNATURES} AS signatures"""
_REFUSAL = """x.id, x.version, x.case_id, x.family_id, x.refused_on, x.by, x.form, x.note,
    x.court_notice_considered, x.court_notice_reason, x.created_by,
    app.z(x.created_at) AS created_at"""

CONSENT = One(
    f"""SELECT {_HEADER}, {_WITHDRAWALS} AS withdrawals, k.created_by,
    app.z(k.created_at) AS created_at
  FROM family_consent k
 WHERE k.id = :id::uuid AND app.note_reading(k.family_id, 'consent', k.id)""",
    facts="""SELECT r.state, c.state AS case_state FROM family_case c
 WHERE c.centre_id = app.centre() AND c.id = r.case_id""",
)
CONSENTS = Many(
    f"SELECT {_HEADER} FROM family_consent k"
    " WHERE k.centre_id = app.centre() AND k.case_id = :case_id::uuid",
    (Key("k.signed_on", "date"), Key("k.id", "uuid")),
    within=SEEN_CASE,
)
REFUSAL = One(
    f"""SELECT {_REFUSAL} FROM consent_refusal x
 WHERE x.id = :id::uuid AND app.note_reading(x.family_id, 'consent_refusal', x.id)"""
)


async def list_signed(act: Act, case_id: UUID) -> list[ConsentSignature]:
    """Return the signatures in force in a case."""
    query = select(ConsentSignature).where(
        col(ConsentSignature.centre_id) == act.actor.centre_id,
        col(ConsentSignature.case_id) == case_id,
        col(ConsentSignature.withdrawn_on).is_(None),
    )
    return list((await act.session.execute(query)).scalars())


async def signed_ids(act: Act, case_id: UUID, on: date) -> frozenset[UUID]:
    """Return whose consent in a case bound on a day."""
    found = await show(act.session, _SIGNED_BY, case_id=case_id, on=on)
    return frozenset(UUID(person) for person in json.loads(found))


async def lock_open_risks(act: Act, consent_id: UUID) -> list[ConsentWithdrawal]:
    """Lock the withdrawals of a consent that have found a risk which nobody has answered."""
    query = (
        select(ConsentWithdrawal)
        .where(
            col(ConsentWithdrawal.centre_id) == act.actor.centre_id,
            col(ConsentWithdrawal.consent_id) == consent_id,
            col(ConsentWithdrawal.risk_to_children).is_(True),
            col(ConsentWithdrawal.risk_handled_on).is_(None),
        )
        .order_by(col(ConsentWithdrawal.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list((await act.session.execute(query)).scalars())


async def is_bound(act: Act, person_id: UUID) -> bool:
    """Tell whether somebody's consent is in force in a case that stands on it."""
    query = (
        select(col(ConsentSignature.id))
        .join(
            Case,
            and_(
                col(Case.centre_id) == col(ConsentSignature.centre_id),
                col(Case.id) == col(ConsentSignature.case_id),
            ),
        )
        .where(
            col(ConsentSignature.centre_id) == act.actor.centre_id,
            col(ConsentSignature.person_id) == person_id,
            col(ConsentSignature.withdrawn_on).is_(None),
            col(Case.state).in_(BEFORE_ASSIGNMENT | ASSISTED),
        )
        .limit(1)
    )
    return (await act.session.execute(query)).scalar_one_or_none() is not None
