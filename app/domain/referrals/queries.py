"""How applications are found and shown."""

from app.db.views import Key, Many, One
from app.domain.consents.queries import CONSENT_FACTS
from app.domain.referrals.rules import SUBMITTED_IS, ReferralState


def _state() -> str:
    """Write `rules.referral_state` as SQL, from the same table: `d` is the application."""
    cases = " ".join(f"WHEN '{case}' THEN '{state}'" for case, state in SUBMITTED_IS.items())
    return (
        f"CASE WHEN c.work_started_on IS NOT NULL THEN '{ReferralState.ACCEPTED}'"
        f" WHEN d.submitted_on IS NULL THEN '{ReferralState.DRAFT}'"
        f" ELSE CASE c.state {cases} ELSE '{ReferralState.WITHDRAWN}' END END"
    )


STATE = _state()
_CASE = """JOIN family_case c ON c.centre_id = d.centre_id AND c.id = d.case_id
           JOIN family f ON f.centre_id = d.centre_id AND f.id = d.family_id"""
_DECISIONS = """(SELECT coalesce(json_agg(json_build_object(
    'id', n.id, 'kind', n.kind, 'decided_on', n.decided_on, 'reason', n.reason,
    'missing', n.missing, 'route', n.route, 'target', n.target,
    'by', CASE WHEN a.id IS NOT NULL THEN
      json_build_object('id', a.id, 'full_name', a.full_name) END) ORDER BY n.id), '[]')
  FROM referral_decision n
  LEFT JOIN account a ON a.centre_id = n.centre_id AND a.id = n.created_by
 WHERE n.centre_id = d.centre_id AND n.referral_id = d.id)"""

REFERRAL = One(
    f"""SELECT d.id, d.version, d.case_id, d.family_id, f.surname AS family_surname,
    {STATE} AS state, d.problems, d.proposed_scope, d.urgency, d.other_services,
    d.submitted_on, d.analysis_begun_on, d.decided_on,
    (SELECT i.id FROM interview i WHERE i.centre_id = d.centre_id
       AND i.case_id = d.case_id) AS interview_id,
    (SELECT coalesce(json_agg(s.id ORDER BY s.signed_on, s.id), '[]') FROM family_consent s
      WHERE s.centre_id = d.centre_id AND s.case_id = d.case_id
        AND s.state = 'active') AS consent_ids,
    {_DECISIONS} AS decisions, d.created_by, app.z(d.created_at) AS created_at
  FROM referral d {_CASE}
 WHERE d.id = :id::uuid AND app.note_reading(d.family_id, 'referral', d.id)""",
    facts=f"""SELECT r.state, c.state AS case_state, {CONSENT_FACTS} FROM family_case c
 WHERE c.centre_id = app.centre() AND c.id = r.case_id""",
)
REFERRALS = Many(
    f"""SELECT d.id, d.version, d.case_id, d.family_id, f.surname AS family_surname, f.town,
    {STATE} AS state, d.urgency, d.submitted_on, d.decided_on,
    (SELECT min(n.due_on) FROM deadline n WHERE n.centre_id = d.centre_id
       AND n.case_id = d.case_id AND n.kind = 'decision'
       AND n.settled_on IS NULL AND n.dropped_on IS NULL) AS decision_due_on
  FROM referral d {_CASE}
 WHERE NOT app.in_emergency(d.family_id)
   AND (:state::text IS NULL OR {STATE} = :state::text)""",
    (Key("d.id", "uuid"),),
    descending=True,
    noted="referral",
)
