"""Which columns hold what must not spread: one list, for the audit and for the end of a file.

The audit names a changed column of this list and repeats no value of it: its entries can't be
changed, so what stood in them could never be erased (art. 17 GDPR). Everything that people write
is on the list, unless `PLAIN` says that it is a code or a number of the office. A column that is
neither is treated as sensitive, and a test wants it on one of the two lists.

What of it stands in a family's file leaves with it: `erased_columns` are what anonymisation empties
(app/domain/retention), and what is plain is what the statute's reports and the archive keep.
"""

from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Integer,
    Table,
    Time,
    Uuid,
)


class Sensitivity(StrEnum):
    """What kind of thing a column holds; a secret opens something."""

    IDENTIFIER = "identifier"  # PESEL
    NARRATIVE = "narrative"  # what people write about a family
    SPECIAL = "special"  # health, violence, risks, convictions: art. 9 and 10 GDPR
    NAME = "name"
    CONTACT = "contact"
    NUMBER = "number"  # phone, postcode: no mark has their form
    BIRTH = "birth"  # the day; its year says how many children there were
    REFERENCE = "reference"  # of a document about the family: offices write names into them
    SECRET = "secret"  # noqa: S105 - a kind of column, no password


_I, _T, _S = Sensitivity.IDENTIFIER, Sensitivity.NARRATIVE, Sensitivity.SPECIAL
_N, _C, _X = Sensitivity.NAME, Sensitivity.CONTACT, Sensitivity.SECRET
_R = Sensitivity.REFERENCE


def _all(kind: Sensitivity, names: str) -> dict[str, Sensitivity]:
    return dict.fromkeys(names.split(), kind)


SENSITIVE: dict[str, dict[str, Sensitivity]] = {
    "access_sign": _all(_T, "review_note"),
    "account": {"full_name": _N} | _all(_X, "password_hash"),
    "assessment": _all(_S, "spheres children")
    | _all(_T, "goals involvement supporting_family_note conclusions_text withdrawal_reason")
    | {"recipients": _N},
    "assignment": _all(_T, "override_reason reason handover_note") | {"letter_no": _R},
    "centre_key": _all(_X, "wrapped"),
    "client_secret": _all(_X, "secret_hash"),
    "closure": _all(_T, "reason_text effects recommendations risk_handled"),
    "consent_refusal": _all(_T, "note court_notice_reason"),
    "consent_withdrawal": _all(_T, "reason risk_note risk_handled") | _all(_S, "risk_to_children"),
    "cooperation_agreement": _all(_T, "duties_of_family duties_of_assistant cancelling duration")
    | _all(_C, "meeting_frequency meeting_place"),
    "cover": _all(_T, "note override_reason"),
    "deadline": _all(_T, "pauses"),
    "diagnosis": _all(_S, "spheres children")
    | _all(_T, "parenting resources_held resources_at_risk resources_missing crisis_causes notes")
    | _all(_T, "reason strengths supporting_persons"),
    "emergency_access": _all(_T, "justification review_note"),
    "failed_visit": _all(_T, "note"),
    "family": {"surname": _N, "sort_name": _N}
    | _all(_C, "street town")
    | _all(Sensitivity.NUMBER, "postcode phone"),
    "family_consent": _all(_T, "scope") | {"document_ref": _R},
    "federated_sign_in": _all(_X, "state_hash browser_hash nonce verifier"),
    "goal_review": _all(_T, "remarks"),
    "idempotency_key": _all(_T, "body headers"),
    "interview": _all(_T, "living_situation diagnosis need_reason children_heard")
    | {"problems": _S, "manager_consent_ref": _R},
    "interview_update": _all(_T, "what"),
    "legal_hold": {"reference": _R} | _all(_T, "note"),
    "linked_identity": {"subject": _I},
    "monitoring": _all(_T, "outcome"),
    "monitoring_check": _all(_T, "situation") | _all(_S, "risk"),
    "motion": _all(_T, "text decision_note") | _all(_S, "suspension_reason"),
    "offer": _all(_T, "other_form description"),
    "person": _all(_I, "pesel pesel_index")
    | _all(_N, "first_name last_name")
    | {"phone": Sensitivity.NUMBER, "born_on": Sensitivity.BIRTH},
    "placement": _all(_N, "institution_name educator_name")
    | _all(_C, "educator_contact")
    | {"reference": _R}
    | _all(_T, "outcome_note"),
    "plan_progress": _all(_T, "note"),
    "referral": _all(_T, "problems other_services proposed_scope"),
    "referral_decision": _all(_T, "reason missing target"),
    "refresh_token": _all(_X, "token_hash"),
    "password_reset": _all(_X, "token_hash"),
    "second_factor": _all(_X, "secret"),
    "recovery_code": _all(_X, "code_hash"),
    "attempt": _all(_X, "key"),
    "user_session": _all(_C, "device"),
    "register_check": _all(_S, "result"),
    "rights_request": _all(_T, "note extension_reason refusal_reason") | {"representation_ref": _R},
    "signal": _all(_T, "institution description finding"),
    "staff_profile": _all(_C, "phone email")
    | _all(_T, "end_reason")
    | _all(_S, "no_conviction parental_authority_intact maintenance_duty"),
    "staff_suspension": _all(_T, "reason lifted_reason"),
    "suspension": _all(_T, "reason_text end_note") | _all(_S, "reason"),
    "visit": _all(_T, "arrangements_family arrangements_assistant notes topics")
    | {"others_present": _N, "place_text": _C},
    "visit_correction": _all(_T, "reason previous"),
    "webhook": _all(_X, "secret former_secret"),
    "work_plan": _all(_T, "goals resources reason consultation_opinion agreements"),
}

# Text and lists that say nothing of a person: codes, closed lists, references of the office.
PLAIN: dict[str, str] = {
    "account": "login roles",
    "api_client": "name purpose operator agreement_ref scopes",
    "archived_case": "retention_category",
    "assessment": "warnings",
    "audit_entry": "operation verb subject changed purpose detail",
    "audit_seal": "leaves hash",
    "centre": "code name gmina address phone email",
    "centre_settings": "second_factor_roles working_weekdays duty_hours retention_category",
    "consent_refusal": "by",
    "data_authorisation": "number",
    "data_notice": "controller officer purposes legal_basis retention recipients rights",
    "district": "name address",
    "destruction_file": "categories",
    "destruction_list": "consent_ref",
    "erased_file": "case_ids categories",
    "family": "gmina last_registration_gmina",
    "family_search": "criteria",
    "foster_family": "register_number town",
    "idempotency_key": "key request_hash",
    "interview": "warnings",
    "linked_identity": "issuer",
    "monitoring": "warnings",
    "offer": "forms support",
    "register_check": "printout_ref",
    "rights_request": "kept_family_ids",
    "signal": "warnings",
    "staff_profile": "employer_name diploma_ref training_ref criminal_record_ref"
    " foreign_records_ref countries_abroad",
    "staff_training": "subject certificate_ref",
    "visit": "present tasks plan_refs warnings",
    "webhook": "url areas",
    "webhook_delivery": "type place",
    "work_plan": "participants signed_by placements_covered",
}
_HARMLESS = (Boolean, Date, DateTime, Enum, Integer, Time, Uuid)


def sensitivity(column: Column[object]) -> Sensitivity | None:
    """Say what a column holds; None: nothing that must not spread."""
    said = SENSITIVE.get(column.table.name, {}).get(column.name)
    if said is None and not decided(column):
        return Sensitivity.NARRATIVE
    return said


def decided(column: Column[object]) -> bool:
    """Tell whether somebody has said what a column holds, or its type alone does."""
    table = column.table.name
    plain = PLAIN.get(table, "").split()
    harmless = isinstance(column.type, _HARMLESS) and column.computed is None
    return harmless or column.name in plain or column.name in SENSITIVE.get(table, {})


def erased_columns(table: Table) -> list[str]:
    """Name the columns of a table of families that are emptied when a file is erased, sorted.

    A closed list or a yes says nothing of somebody whom nothing names any more: reports need it.
    """
    about = {"family_id", "person_id"} & {*table.columns.keys()} or table.name == "family"
    codes = {c.name for c in table.columns if isinstance(c.type, Enum | Boolean) or c.computed}
    return [name for name in sensitive_columns(table) if about and name not in codes]


def sensitive_columns(table: Table) -> list[str]:
    """Name the columns of a table that hold such things, sorted."""
    return sorted(c.name for c in table.columns if sensitivity(c) is not None)
