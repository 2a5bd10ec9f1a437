"""What machine clients may read in the database at all: tables that an area's operations read.

Which areas a client has, its guards judge. Row security closes to every machine what none of their
operations reads, and every write; a test holds this list against the statements of the operations.
"""

from typing import Final

READ: Final = frozenset(
    {
        *("access_grant", "account", "archived_case", "assessment", "assignment"),
        *("centre_settings", "closure", "consent_refusal", "consent_signature"),
        *("consent_withdrawal", "cooperation_agreement", "coordination", "deadline", "diagnosis"),
        *("district", "district_worker", "event", "failed_visit", "family", "family_case"),
        *("family_consent", "foster_family", "goal_review", "interview", "interview_update"),
        *("legal_hold", "monitoring", "monitoring_check", "motion", "offer", "person", "place"),
        *("placement", "plan_progress", "referral", "referral_decision", "signal"),
        *("staff_profile", "suspension", "visit", "visit_correction", "work_plan"),
    }
)
# What a machine client is asked by on entering: it sees its own rows, found by this column.
OWN: Final = {"api_client": "id", "client_secret": "client_id"}
