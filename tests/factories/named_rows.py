"""What a parameter's name points at, where that is not the table of this name."""

TABLE_OF = {
    "access_id": "emergency_access",
    "hold_id": "legal_hold",
    "identity_id": "linked_identity",
    "agreement_id": "cooperation_agreement",
    "authorisation_id": "data_authorisation",
    "case_id": "family_case",
    "check_id": "monitoring_check",
    "delivery_id": "webhook_delivery",
    "consent_id": "family_consent",
    "member_id": "person",
    "plan_id": "work_plan",
    "refusal_id": "consent_refusal",
    "settings_id": "centre_settings",
    "training_id": "staff_training",
    "worker_id": "district_worker",
    "staff_id": "account",
    "assistant_id": "account",
    "monitoring_assistant_id": "account",
    "to_assistant_id": "account",
    "substitute_id": "account",
    "coordinator_id": "account",
    "social_worker_id": "account",
}


def table_of(name: str) -> str:
    """Return the table of which a parameter names a row."""
    return TABLE_OF.get(name, name.removesuffix("_id"))
