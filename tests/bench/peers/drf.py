"""The first peer's writes and its addresses."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.bench.peers.drf_reads import (
    CaseDetail,
    CaseList,
    DeadlineList,
    Guarded,
    PersonSerializer,
)
from tests.bench.peers.families import models as m

LIMIT = 15
VISITED = {"first_visit_done", "diagnosis_done", "plan_draft", "in_progress"}


class Conflict(APIException):
    """A rule forbids it."""

    status_code = 409


class VisitSerializer(serializers.ModelSerializer):
    """A visit note."""

    class Meta:
        """Fields."""

        model = m.Visit
        fields = ("id", "version", "case_id", "family_id", "kind", "held_on", "begins", "ends")
        fields += ("place", "place_text", "tasks", "topics", "recorded_on", "warnings", "present")
        fields += ("arrangements_family", "plan_refs", "notes")
        read_only_fields = ("id", "version", "recorded_on", "warnings")

    def validate(self, attrs: Any) -> Any:
        """Check the times."""
        if attrs["ends"] <= attrs["begins"] or attrs["held_on"] > _today():
            raise ValidationError("The visit must have been held, and end after it begins.")
        return attrs


class TransferSerializer(serializers.Serializer):
    """What a transfer says."""

    to_assistant_id = serializers.UUIDField()
    on = serializers.DateField()
    reason = serializers.CharField(max_length=2000)
    requested_by = serializers.ChoiceField(["family", "assistant", "social_worker", "manager"])
    handover_note = serializers.CharField(max_length=20000)
    family_informed = serializers.BooleanField()


class AssignmentSerializer(serializers.ModelSerializer):
    """An assignment."""

    assistant = PersonSerializer()

    class Meta:
        """Fields."""

        model = m.Assignment
        fields = ("id", "version", "case_id", "family_id", "kind", "assistant", "starts_on")
        fields += ("ends_on", "end_reason", "replaces_id", "requested_by", "reason")
        fields += ("handover_note", "created_at")


def _today() -> date:
    return date.today()  # noqa: DTZ011


def _locked(request: Any, case_id: Any) -> Any:
    found = m.Case.objects.select_for_update().filter(centre_id=request.user.centre_id)
    case = found.filter(id=case_id).first()
    if case is None:
        raise NotFound
    return case


def _tell(request: Any, case: Any, kind: str, subject: Any) -> None:
    m.Event.objects.create(
        centre_id=case.centre_id,
        type=kind,
        family_id=case.family_id,
        case=case,
        subject_id=subject,
        on_date=_today(),
        created_by=request.user.id,
    )


class Visits(Guarded, APIView):
    """W1."""

    roles = ("assistant",)

    @transaction.atomic
    def post(self, request: Any, case_id: Any) -> Response:
        """Record a visit."""
        said = VisitSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        case = _locked(request, case_id)
        if case.state not in VISITED or case.consent_withdrawn_on:
            raise Conflict
        present = said.validated_data["present"]
        members = m.Person.objects.filter(family_id=case.family_id, id__in=present, left_on=None)
        if members.count() != len(set(present)):
            raise ValidationError({"present": "Not of this family."})
        if not case.signatures.filter(withdrawn_on=None).exists():
            raise Conflict
        visit = said.save(
            centre_id=case.centre_id,
            case=case,
            family_id=case.family_id,
            recorded_on=_today(),
            created_by=request.user.id,
        )
        _tell(request, case, "visit_recorded", visit.id)
        return Response(VisitSerializer(visit).data, status=201)


class Transfers(Guarded, APIView):
    """W2."""

    roles = ("manager",)

    @transaction.atomic
    def post(self, request: Any, case_id: Any) -> Response:
        """Pass a family on."""
        said = TransferSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        case = _locked(request, case_id)
        if request.headers.get("If-Match") != f'"{case.version}"':
            raise Conflict
        data, on = said.validated_data, said.validated_data["on"]
        before = case.assignments.filter(kind="primary", ends_on=None).first()
        worker = m.Account.objects.select_for_update().filter(id=data["to_assistant_id"]).first()
        if before is None or worker is None or before.assistant_id == worker.id:
            raise Conflict
        self._end(before, on)
        taken = set(
            worker.places.filter(duty="assistance", ends_on=None).values_list("slot", flat=True)
        )
        if len(taken) >= LIMIT:
            raise Conflict
        assignment = self._begin(
            request, case, before, worker, data, min(set(range(1, 16)) - taken)
        )
        case.save(update_fields=["version"])
        _tell(request, case, "assistant_changed", assignment.id)
        return Response(AssignmentSerializer(assignment).data, status=201)

    def _end(self, before: Any, on: date) -> None:
        before.ends_on, before.end_reason = on, "transfer"
        before.save(update_fields=["ends_on", "end_reason"])
        m.Place.objects.filter(source_id=before.id, ends_on=None).update(ends_on=on)
        m.Grant.objects.filter(source_id=before.id, valid_to=None).update(valid_to=on)

    def _begin(
        self, request: Any, case: Any, before: Any, worker: Any, data: Any, slot: int
    ) -> Any:
        ours = {"centre_id": case.centre_id, "created_by": request.user.id}
        assignment = m.Assignment.objects.create(
            case=case,
            family_id=case.family_id,
            assistant=worker,
            starts_on=data["on"],
            replaces_id=before.id,
            reason=data["reason"],
            requested_by=data["requested_by"],
            handover_note=data["handover_note"],
            **ours,
        )
        source = {"source_id": assignment.id}
        m.Place.objects.create(worker=worker, slot=slot, starts_on=data["on"], **source, **ours)
        m.Grant.objects.create(
            account=worker,
            family_id=case.family_id,
            reason="assignment",
            valid_from=data["on"],
            **source,
            **ours,
        )
        return assignment


urlpatterns = [
    path("api/v1/cases", CaseList.as_view()),
    path("api/v1/cases/<uuid:pk>", CaseDetail.as_view()),
    path("api/v1/deadlines", DeadlineList.as_view()),
    path("api/v1/cases/<uuid:case_id>/visits", Visits.as_view()),
    path("api/v1/cases/<uuid:case_id>/transfers", Transfers.as_view()),
]
