"""How the people of the centre are found; the profile shows name and roles of its account."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from app.db.session import show
from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.centres.tables import CentreSettings
from app.domain.errors import NotFound
from app.domain.identity.tables import Account
from app.domain.law import Rule
from app.domain.qualifications.rules import C9
from app.domain.staff.rules import Facts, facts_of
from app.domain.staff.tables import StaffSuspension
from app.domain.vetting.rules import CheckResult

# Both rows make the resource, so both raise its version: each change raises the sum by one.
_VERSION = "p.version + a.version - 1 AS version"
_WHO = "staff_profile p JOIN account a ON a.centre_id = p.centre_id AND a.id = p.id"
_SELF = "(app.sees_all() OR {} = app.account())"
# An administrator keeps the account of each profile; what the office knows of the person is not
# theirs to read (art. 13(1) USEX, GDPR 10).
_OF_ACCOUNT = "(app.sees_all() OR app.keeps_accounts() OR p.id = app.account())"
_NOT_OFFICE = "(NOT app.keeps_accounts() OR p.id = app.account())"
_PROFILE = f"staff_profile p WHERE p.id = :of::uuid AND {_SELF.format('p.id')}"
_LAST_TRAINING = "(SELECT max(t.held_on) FROM staff_training t WHERE t.account_id = p.id)"
_REMINDER = (
    "coalesce((SELECT s.training_reminder_months FROM centre_settings s"
    " WHERE s.valid_from <= app.today() ORDER BY s.valid_from DESC LIMIT 1),"
    f" {CentreSettings.model_fields['training_reminder_months'].default})"
)


def _warning(rule: Rule, when: str) -> str:
    """Write the select of a warning that a rule gives under a condition (an SQL literal)."""
    text = {"pl": rule.pl, "en": rule.en}
    said = {"rule": rule.id, "legal_basis": str(rule.basis), "text": text}
    literal = json.dumps(said, ensure_ascii=False).replace("'", "''")
    return f"SELECT '{literal}'::json AS said WHERE {when}"


_TRAINING_DUE = (
    "p.state IN ('active', 'suspended') AND 'assistant' = ANY (a.roles)"
    f" AND greatest({_LAST_TRAINING}, p.activated_on)"
    f" + make_interval(months => {_REMINDER}) < app.today()"
)
_LAST_CHECKS = f"""
    SELECT coalesce(json_agg(c.register_kind) FILTER (WHERE c.result = '{CheckResult.CLEAR}'), '[]')
             AS clear,
           coalesce(json_agg(c.register_kind) FILTER (WHERE c.result = '{CheckResult.FOUND}'), '[]')
             AS found
      FROM (SELECT DISTINCT ON (k.register_kind) k.register_kind, k.result FROM register_check k
             WHERE k.account_id = p.id
             ORDER BY k.register_kind, k.checked_on DESC, k.id DESC) c"""
_FACTS = f"""
    SELECT p.id, p.state, a.active, a.roles, p.employer_kind, p.employer_name, p.employment_form,
           p.qualification_path, p.degree_field, p.training_hours, p.postgraduate,
           p.experience_months, p.parental_authority_intact, p.maintenance_duty, p.no_conviction,
           p.criminal_record_ref, p.countries_abroad, p.foreign_records_ref,
           l.clear, l.found,
           (SELECT coalesce(json_agg(json_build_array(d.valid_from, d.valid_to)), '[]')
              FROM data_authorisation d WHERE d.account_id = p.id) AS authorisations,
           (SELECT count(*) FROM place o WHERE o.worker_id = p.id AND (o.ends_on IS NULL
               OR o.ends_on > o.starts_on AND o.ends_on - 1 > app.today())) AS families
      FROM {_WHO} CROSS JOIN LATERAL ({_LAST_CHECKS}) l WHERE p.id = """

STAFF = One(
    f"""
    SELECT p.id, {_VERSION}, a.login, a.full_name, a.roles, a.active, p.state, p.phone, p.email,
           p.employer_kind, p.employer_name, p.employment_form,
           (SELECT row_to_json(q) FROM (
              SELECT p.qualification_path, p.degree_field, p.diploma_ref, p.training_hours,
                     p.training_ref, p.postgraduate, p.experience_months) q
             WHERE p.qualification_path IS NOT NULL AND {_NOT_OFFICE}) AS qualifications,
           (SELECT row_to_json(d) FROM (
              SELECT p.declared_on, p.parental_authority_intact, p.maintenance_duty,
                     p.no_conviction, p.criminal_record_ref, p.criminal_record_on,
                     p.countries_abroad, p.foreign_records_ref) d
             WHERE p.declared_on IS NOT NULL AND {_NOT_OFFICE}) AS declarations,
           p.activated_on, p.suspended_from, p.ended_on, {_LAST_TRAINING} AS last_training_on,
           (SELECT coalesce(json_agg(w.said), '[]') FROM ({_warning(C9, _TRAINING_DUE)}) w)
             AS warnings,
           app.z(p.created_at) AS created_at
      FROM {_WHO} WHERE p.id = :id::uuid AND {_OF_ACCOUNT}
    """,
    facts=f"{_FACTS} r.id",
)
STAFF_LIST = Many(
    f"""
    SELECT p.id, {_VERSION}, a.login, a.full_name, a.roles, a.active, p.state, p.phone, p.email
      FROM {_WHO}
     WHERE (:role::text IS NULL OR :role::text = ANY (a.roles))
       AND (:state::text IS NULL OR p.state = :state::text)
    """,
    (Key("a.full_name", "text"), Key("a.id", "uuid")),
)
_FACTS_OF = View(f"SELECT row_to_json(f) FROM ({_FACTS} :id::uuid) f")

_CHECK = (
    "c.id, c.version, c.account_id, c.register_kind, c.checked_on, c.result, c.printout_ref,"
    " app.z(c.created_at) AS created_at"
)
CHECK = One(
    f"SELECT {_CHECK} FROM register_check c WHERE c.id = :id::uuid AND c.account_id = :of::uuid"
)
CHECKS = Many(
    f"SELECT {_CHECK} FROM register_check c WHERE c.account_id = :of::uuid",
    (Key("c.checked_on", "date"), Key("c.id", "uuid")),
    descending=True,
    within=_PROFILE,
)
_TRAINING = (
    "t.id, t.version, t.account_id, t.kind, t.subject, t.held_on, t.hours, t.certificate_ref,"
    " app.z(t.created_at) AS created_at"
)
TRAINING = One(
    f"SELECT {_TRAINING} FROM staff_training t WHERE t.id = :id::uuid AND t.account_id = :of::uuid"
    f" AND {_SELF.format('t.account_id')}"
)
TRAININGS = Many(
    f"SELECT {_TRAINING} FROM staff_training t WHERE t.account_id = :of::uuid"
    f" AND {_SELF.format('t.account_id')}",
    (Key("t.held_on", "date"), Key("t.id", "uuid")),
    descending=True,
    within=_PROFILE,
)
_AUTHORISATION = (
    "d.id, d.version, d.account_id, d.number, d.valid_from, d.valid_to, d.undertaking_signed_on,"
    " app.z(d.created_at) AS created_at"
)
AUTHORISATION = One(
    f"SELECT {_AUTHORISATION} FROM data_authorisation d WHERE d.id = :id::uuid"
    f" AND d.account_id = :of::uuid AND {_SELF.format('d.account_id')}"
)
AUTHORISATIONS = Many(
    f"SELECT {_AUTHORISATION} FROM data_authorisation d WHERE d.account_id = :of::uuid"
    f" AND {_SELF.format('d.account_id')}",
    (Key("d.valid_from", "date"), Key("d.id", "uuid")),
    descending=True,
    within=_PROFILE,
)
SUSPENSIONS = Many(
    "SELECT s.id, s.version, s.account_id, s.cause, s.suspended_from, s.reason, s.lifted_on,"
    " s.lifted_reason, app.z(s.created_at) AS created_at"
    " FROM staff_suspension s WHERE s.account_id = :of::uuid",
    (Key("s.suspended_from", "date"), Key("s.id", "uuid")),
    descending=True,
    within=_PROFILE,
)


# What the next request of a person is answered with: the gate of every request decides (K3).
STANDING = (
    "SELECT CASE WHEN NOT w.active THEN 'account_inactive'"
    " ELSE app.may_work(w.centre_id, w.id, {day}) END"
    " FROM account w WHERE w.centre_id = app.centre() AND w.id = {who}"
)
_STANDING = text(STANDING.format(day="CAST(:day AS date)", who=":id"))


async def standing_of(act: Act, account_id: UUID, day: date) -> str:
    """Say whether a person could act on a day (`ok`), or why not."""
    found = await act.session.execute(_STANDING, {"id": account_id, "day": day})
    return str(found.scalar_one())


async def roles_of(act: Act, account_id: UUID) -> frozenset[Role]:
    """Return the roles of a person: their account's, the one truth."""
    account = await act.find(Account, account_id)
    return frozenset(Role(role) for role in account.roles)


async def find_facts(act: Act, account_id: UUID) -> Facts:
    """Return what the rules of admission need, with this act's own changes."""
    found: str | None = await show(act.session, _FACTS_OF, id=account_id)
    if found is None:
        raise NotFound
    said: dict[str, Any] = json.loads(found)
    return facts_of(said)


async def find_open_suspension(act: Act, account_id: UUID) -> StaffSuspension | None:
    """Return the suspension that has not been lifted."""
    query = select(StaffSuspension).where(
        col(StaffSuspension.centre_id) == act.actor.centre_id,
        col(StaffSuspension.account_id) == account_id,
        col(StaffSuspension.lifted_on).is_(None),
    )
    return (await act.session.execute(query)).scalar_one_or_none()
