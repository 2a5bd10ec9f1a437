"""The rows of what waits, for a statement with `:roles`: the worklist's."""

from app.db.views import constants
from app.domain.cases.rules import ASSISTED, ENDED, CaseState
from app.domain.consents.queries import RISK_OPEN, UNCOVERED
from app.domain.families.rules import ADULT_AT, FamilyRole
from app.domain.handovers.queries import LEFT_ALONE
from app.domain.identity.queries import can_act
from app.domain.monitoring.queries import SERIOUS
from app.domain.plans.queries import UNCOORDINATED_SINCE
from app.domain.waiting.rules import UNTOLD, WAITING, WaitingKind

_W = WaitingKind

_STATES = constants(
    ((state, role, action, action.pl, action.en) for state, role, action in WAITING),
    "w",
    ("state", "role", "action", "pl", "en"),
)
_KINDS = constants(((kind, kind.pl, kind.en) for kind in _W), "w", ("kind", "pl", "en"))
_UNTOLD = ", ".join(f"'{state}'" for state in sorted(UNTOLD))
_ASSISTED = ", ".join(f"'{state}'" for state in sorted(ASSISTED))
_CASE = "JOIN family_case c ON c.centre_id = x.centre_id AND c.id = x.case_id"
# This person's own, and of whom they cover today (2.5a).
_OURS = "{0}.social_worker_id = ANY ((SELECT app.acting_for())::uuid[])"
MINE = _OURS.format("c")


def role(named: str) -> str:
    """Ask whether the reader has a role."""
    return f"'{named}' = ANY (:roles::text[])"


def _task(kind: WaitingKind, table: str, since: str, condition: str, more: str = "") -> str:
    """Select the rows of a table that wait for this person; `more` joins."""
    return f"""
    SELECT '{kind}' AS kind, c.id AS case_id, c.family_id, c.state AS case_state,
           x.id AS subject_id, {since} AS since
      FROM {table} x {_CASE} {more} WHERE x.centre_id = app.centre()
       AND NOT app.in_emergency(x.family_id) AND {condition}"""


_IN_FORCE = "{0}.starts_on <= app.today() AND ({0}.ends_on IS NULL OR {0}.ends_on > app.today())"
# For the manager: whose work nobody does today, and since when. Who could not give a single command
# (blocked, not authorised, not admitted, suspended) does none; where somebody covers, it is they
# whose work counts (C10, K3, 2.5a).
IDLE = f"""
    unable AS MATERIALIZED (
      SELECT a.id, coalesce(p.suspended_from, (SELECT max(d.valid_to) + 1 FROM data_authorisation d
               WHERE d.centre_id = a.centre_id AND d.account_id = a.id
                 AND d.valid_to < app.today()), app.today()) AS since
        FROM account a
        LEFT JOIN staff_profile p ON p.centre_id = a.centre_id AND p.id = a.id
       WHERE {role("manager")} AND a.centre_id = app.centre()
         AND NOT {can_act("a")}),
    idle AS MATERIALIZED (
      SELECT a.id, greatest(u.since, c.starts_on) AS since FROM account a
        LEFT JOIN cover c ON c.centre_id = a.centre_id AND c.absent_id = a.id
         AND c.starts_on <= app.today() AND c.ends_on > app.today()
        JOIN unable u ON u.id = coalesce(c.covering_id, a.id)
       WHERE {role("manager")} AND a.centre_id = app.centre())"""
# Who answers a risk to the children (2.4, E14); a case that was closed has answered it.
_GUARDS = f"({role('manager')} OR {role('social_worker')} AND {MINE})"
_OVER = ", ".join(
    f"'{state}'" for state in sorted(ENDED | {CaseState.CLOSED, CaseState.MONITORING})
)
_TASKS = " UNION ALL ".join(
    (
        _task(
            _W.FIRST_VISIT_TO_CONFIRM,
            "visit",
            "x.held_on",
            f"{role('social_worker')} AND x.kind = 'first_joint' AND x.confirmed_on IS NULL"
            f" AND c.state = 'assigned' AND ({_OURS.format('x')} OR {MINE})",
        ),
        _task(
            _W.SIGNAL_TO_CHECK,
            "deadline",
            "x.started_on",
            f"{role('social_worker')} AND x.kind = 'signal_check' AND x.settled_on IS NULL"
            f" AND x.dropped_on IS NULL AND {MINE}",
        ).replace("x.id AS subject_id", "x.subject_id"),
        _task(
            _W.PLAN_TO_CONSULT,
            "work_plan",
            "x.valid_from",
            f"{role('social_worker')} AND x.state = 'draft' AND x.consulted_on IS NULL AND {MINE}",
        ),
        _task(
            _W.PLAN_TO_AGREE,
            "work_plan",
            "x.valid_from",
            f"{role('foster_care_coordinator')} AND x.state = 'draft'"
            """ AND NOT x.agreements @> '[{"partner": "coordinator"}]'""",
        ),
        _task(
            _W.PLAN_TO_COORDINATE,
            "work_plan",
            UNCOORDINATED_SINCE,
            f"{role('assistant')} AND x.state = 'active' AND c.state IN ({_ASSISTED})"
            f" AND {UNCOORDINATED_SINCE} IS NOT NULL",
        ),
        _task(
            _W.ASSESSMENT_TO_RECEIVE,
            "assessment",
            "x.handed_over_on",
            f"{role('manager')} AND x.state = 'handed_over'",
        ),
        _task(
            _W.MOTION_TO_DECIDE,
            "motion",
            "x.proposed_on",
            f"{role('manager')} AND x.state = 'open'",
        ),
        _task(
            _W.RISK_TO_ANSWER,
            "consent_withdrawal",
            "x.withdrawn_on",
            f"{_GUARDS} AND c.state NOT IN ({_OVER}) AND {RISK_OPEN}",
        ),
        _task(
            _W.RISK_TO_ANSWER,
            "monitoring_check",
            "x.checked_on",
            f"{_GUARDS} AND c.state = 'monitoring' AND {SERIOUS}",
        ),
        _task(
            _W.MONITORING_TO_DECIDE,
            "closure",
            "x.closed_on",
            f"{role('manager')} AND c.state = 'closed'",
        ),
        _task(
            _W.MONITORING_TO_END,
            "monitoring",
            "x.planned_end",
            f"{role('manager')} AND c.state = 'monitoring' AND x.planned_end <= app.today()",
        ),
        _task(
            _W.SUBSTITUTE_NEEDED,
            "assignment",
            "greatest(x.starts_on, i.since)",
            f"{role('manager')} AND {_IN_FORCE.format('x')} AND (x.kind = 'substitute'"
            " OR NOT EXISTS (SELECT FROM assignment s WHERE s.centre_id = x.centre_id"
            " AND s.case_id = x.case_id AND s.family_id = x.family_id AND s.kind = 'substitute'"
            f" AND {_IN_FORCE.format('s')}))",
            "JOIN idle i ON i.id = x.assistant_id",
        ),
        _task(
            _W.COORDINATOR_NEEDED,
            "placement",
            "greatest(x.starts_on, i.since)",
            f"{role('manager')} AND x.ended_on IS NULL AND x.starts_on <= app.today()",
            "JOIN foster_family h ON h.centre_id = x.centre_id AND h.id = x.foster_family_id"
            " JOIN idle i ON i.id = h.coordinator_id",
        ),
    )
)
# Who asks the members of a family for their data tells each adult what for (art. 13 ust. 1 RODO),
# once the centre has published a notice; any version of it will do.
_NOTICES = "FROM data_notice n WHERE n.centre_id = app.centre()"
_UNHANDED = f"""
    SELECT '{_W.NOTICE_TO_HAND}', c.id, c.family_id, c.state, p.id,
           greatest(c.opened_on, (SELECT min(n.published_on) {_NOTICES}))
      FROM family_case c JOIN person p ON p.centre_id = c.centre_id AND p.family_id = c.family_id
     WHERE c.centre_id = app.centre() AND NOT app.in_emergency(c.family_id)
       AND {role("social_worker")} AND EXISTS (SELECT {_NOTICES}) AND {MINE}
       AND c.state NOT IN ({_UNTOLD}) AND p.left_on IS NULL
       AND coalesce(p.born_on <= app.today() - interval '{ADULT_AT} years',
                    p.role <> '{FamilyRole.CHILD}')
       AND NOT EXISTS (SELECT FROM notice_handing h WHERE h.centre_id = p.centre_id
                          AND h.person_id = p.id AND h.family_id = p.family_id)"""
# The only signer has died or left, or another parent takes part: who asks for signatures is told.
_TO_COMPLETE = f"""
    SELECT '{_W.CONSENT_TO_COMPLETE}', c.id, c.family_id, c.state, c.id,
           coalesce((SELECT max(p.left_on) FROM person p WHERE p.centre_id = c.centre_id
                        AND p.family_id = c.family_id), c.work_started_on, c.opened_on)
      FROM family_case c
     WHERE c.centre_id = app.centre() AND NOT app.in_emergency(c.family_id)
       AND {role("social_worker")} AND {MINE} AND c.state IN ({_ASSISTED}) AND {UNCOVERED}"""

_UNSERVED = f"""
    SELECT '{_W.SOCIAL_WORKER_NEEDED}', c.id, c.family_id, c.state, c.id, c.opened_on
      FROM {LEFT_ALONE} AND c.centre_id = app.centre() AND NOT app.in_emergency(c.family_id)
       AND {role("manager")}"""

WAITING_ROWS = f"""
    SELECT t.kind, NULL AS action, json_build_object('pl', w.pl, 'en', w.en) AS label, t.case_id,
           t.family_id, t.case_state, t.subject_id, t.since
      FROM ({_TASKS} UNION ALL {_UNHANDED} UNION ALL {_TO_COMPLETE} UNION ALL {_UNSERVED}) t
      JOIN {_KINDS} ON w.kind = t.kind
    UNION ALL
    SELECT '{_W.CONSENT_WITHDRAWN}', NULL, json_build_object('pl', '{_W.CONSENT_WITHDRAWN.pl}',
           'en', '{_W.CONSENT_WITHDRAWN.en}'), c.id, c.family_id, c.state, c.id,
           c.consent_withdrawn_on
      FROM family_case c
     WHERE c.centre_id = app.centre() AND NOT app.in_emergency(c.family_id)
       AND ({role("assistant")} OR {role("manager")})
       AND c.consent_withdrawn_on IS NOT NULL AND c.state IN ({_ASSISTED})
    UNION ALL
    SELECT '{_W.STATE}', w.action, json_build_object('pl', w.pl, 'en', w.en), c.id, c.family_id,
           c.state, c.id, coalesce((SELECT max(e.on_date) FROM event e
             WHERE e.centre_id = c.centre_id AND e.case_id = c.id), c.opened_on)
      FROM family_case c JOIN {_STATES} ON w.state = c.state
     WHERE c.centre_id = app.centre() AND NOT app.in_emergency(c.family_id)
       AND w.role = ANY (:roles::text[])
       AND c.consent_withdrawn_on IS NULL AND (w.role <> 'social_worker' OR {MINE})
"""
