"""The first peer's models: unmanaged, on the product's own tables."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


def key(to: Any, related: str, **more: Any) -> Any:
    """Point to another model."""
    return models.ForeignKey(to, models.DO_NOTHING, related_name=related, **more)


class Row(models.Model):
    """What every table has."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    centre_id = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.UUIDField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        """No table of its own."""

        abstract = True


def table(name: str) -> Any:
    """Name the table of a model."""
    return type("Meta", (), {"managed": False, "db_table": name})


class Account(Row):
    """Somebody of the centre."""

    full_name = models.TextField()
    roles = ArrayField(models.TextField())
    active = models.BooleanField()
    is_authenticated = True
    Meta = table("account")


class Family(Row):
    """A family."""

    surname = models.TextField(null=True)
    town = models.TextField()
    Meta = table("family")


class Person(Row):
    """A member of a family."""

    family = key(Family, "members")
    left_on = models.DateField(null=True)
    Meta = table("person")


class Case(Row):
    """A case."""

    family = key(Family, "cases")
    state = models.TextField()
    basis = models.TextField()
    opened_on = models.DateField()
    social_worker = key(Account, "cases")
    previous_case_id = models.UUIDField(null=True)
    consent_withdrawn_on = models.DateField(null=True)
    work_started_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    Meta = table("family_case")


class Assignment(Row):
    """Who assists."""

    case = key(Case, "assignments")
    family = key(Family, "assignments")
    assistant = key(Account, "assignments")
    kind = models.TextField(default="primary")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    end_reason = models.TextField(null=True)
    replaces_id = models.UUIDField(null=True)
    reason = models.TextField(null=True)
    requested_by = models.TextField(null=True)
    handover_note = models.TextField(null=True)
    Meta = table("assignment")


class Deadline(Row):
    """A due date."""

    case = key(Case, "deadlines")
    family = key(Family, "deadlines")
    kind = models.TextField()
    subject_id = models.UUIDField()
    started_on = models.DateField()
    due_on = models.DateField()
    settled_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True)
    pauses = models.JSONField()
    Meta = table("deadline")


class Grant(Row):
    """A right to a family."""

    account = key(Account, "grants")
    family = key(Family, "grants")
    reason = models.TextField()
    source_id = models.UUIDField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    Meta = table("access_grant")


class Place(Row):
    """A place in a caseload."""

    worker = key(Account, "places")
    duty = models.TextField(default="assistance")
    slot = models.IntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source_id = models.UUIDField()
    Meta = table("place")


class Signature(Row):
    """A signature under a consent."""

    case = key(Case, "signatures")
    person = key(Person, "signatures")
    withdrawn_on = models.DateField(null=True)
    Meta = table("consent_signature")


class Visit(Row):
    """A visit note."""

    case = key(Case, "visits")
    family = key(Family, "visits")
    held_on = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()
    kind = models.TextField()
    place = models.TextField(null=True)
    place_text = models.TextField(null=True)
    present = ArrayField(models.UUIDField())
    tasks = ArrayField(models.TextField())
    topics = models.TextField(null=True)
    arrangements_family = models.TextField(null=True)
    plan_refs = ArrayField(models.TextField(), default=list)
    notes = models.TextField(null=True)
    recorded_on = models.DateField()
    warnings = ArrayField(models.TextField(), default=list)
    Meta = table("visit")


class Event(Row):
    """What happened."""

    type = models.TextField()
    family = key(Family, "events")
    case = key(Case, "events")
    subject_id = models.UUIDField()
    on_date = models.DateField()
    Meta = table("event")


def _linked(name: str) -> Any:
    fields = {"case": key(Case, f"{name}s"), "Meta": table(name), "__module__": __name__}
    if name in {"work_plan", "motion"}:
        fields["state"] = models.TextField()
    return type(name.title().replace("_", ""), (Row,), fields)


Signal, Interview, Offer, Consent, Referral = map(
    _linked, ("signal", "interview", "offer", "family_consent", "referral")
)
Diagnosis, Plan, Assessment, Motion, Monitoring = map(
    _linked, ("diagnosis", "work_plan", "assessment", "motion", "monitoring")
)
