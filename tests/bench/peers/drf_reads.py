"""A peer: Django REST Framework as its users write it, on the product's own tables.

Nested serializers over `select_related`, `prefetch_related` and subqueries, where a careful team
puts them. It has no row security, no audit, no idempotency keys, and of the rules only what the two
writes can't do without; it filters by the centre of the token.
"""

import json
import os
from datetime import date, timedelta
from typing import Any

from django.db.models import Min, OuterRef, Prefetch, Q, Subquery
from jose import JWTError, jwt
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

from tests.bench.peers.families import models as m

JWK = json.loads(os.environ["BENCH_JWK"])
OPEN = Q(settled_on__isnull=True, dropped_on__isnull=True)
SOON = timedelta(days=14)


class Bearer(BaseAuthentication):
    """Verify the token, load the account."""

    def authenticate(self, request: Any) -> tuple[Any, Any]:
        """Return who asks."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            said = jwt.decode(
                token,
                JWK,
                algorithms=["ES256"],
                audience=os.environ["BENCH_AUDIENCE"],
                issuer=os.environ["BENCH_ISSUER"],
            )
        except JWTError:
            raise AuthenticationFailed from None
        user = m.Account.objects.filter(id=said["sub"], active=True).first()
        if user is None:
            raise AuthenticationFailed
        return user, said


class HasRole(BasePermission):
    """Let in whoever has one of the view's roles."""

    def has_permission(self, request: Any, view: Any) -> bool:
        """Compare."""
        return not view.roles or bool(set(request.user.roles) & set(view.roles))


class Guarded:
    """What every view has."""

    authentication_classes = (Bearer,)
    permission_classes = (HasRole,)
    roles: tuple[str, ...] = ()


class PersonSerializer(serializers.ModelSerializer):
    """A person of the centre."""

    class Meta:
        """Fields."""

        model = m.Account
        fields = ("id", "full_name")


class DeadlineSerializer(serializers.ModelSerializer):
    """A due date."""

    standing = serializers.SerializerMethodField()

    class Meta:
        """Fields."""

        model = m.Deadline
        fields = ("id", "kind", "case_id", "family_id", "subject_id", "due_on", "started_on")
        fields += ("pauses", "standing")

    def get_standing(self, deadline: Any) -> str:
        """Say where it stands today."""
        today = date.today()  # noqa: DTZ011
        if deadline.due_on < today:
            return "overdue"
        return "due_soon" if deadline.due_on <= today + SOON else "upcoming"


class ListedDeadlineSerializer(DeadlineSerializer):
    """A due date in a list."""

    family_surname = serializers.CharField(source="family.surname")
    case_state = serializers.CharField(source="case.state")

    class Meta(DeadlineSerializer.Meta):
        """Fields."""

        fields = (*DeadlineSerializer.Meta.fields, "family_surname", "case_state")


class CaseSummarySerializer(serializers.ModelSerializer):
    """A case in a list."""

    family_surname = serializers.CharField(source="family.surname")
    town = serializers.CharField(source="family.town")
    social_worker = PersonSerializer()
    assistant = serializers.SerializerMethodField()
    next_due_on = serializers.DateField()

    class Meta:
        """Fields."""

        model = m.Case
        fields = ("id", "version", "family_id", "family_surname", "town", "state", "opened_on")
        fields += ("work_started_on", "closed_on", "social_worker", "assistant", "next_due_on")

    def get_assistant(self, case: Any) -> Any:
        """Choose who is in charge: the substitute before the primary assistant."""
        lasting = sorted(case.lasting, key=lambda a: a.kind == "primary")
        return PersonSerializer(lasting[0].assistant).data if lasting else None


class CaseSerializer(CaseSummarySerializer):
    """A case with everything."""

    primary_assistant = serializers.SerializerMethodField()
    coordinators = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()
    deadlines = DeadlineSerializer(many=True, source="open_deadlines")

    class Meta:
        """Fields."""

        model = m.Case
        fields = ("id", "version", "family_id", "family_surname", "state", "basis", "opened_on")
        fields += ("previous_case_id", "consent_withdrawn_on", "work_started_on", "closed_on")
        fields += ("social_worker", "assistant", "primary_assistant", "coordinators", "links")
        fields += ("deadlines", "created_at")

    def get_primary_assistant(self, case: Any) -> Any:
        """Choose the primary assistant."""
        found = next((a for a in case.lasting if a.kind == "primary"), None)
        return PersonSerializer(found.assistant).data if found else None

    def get_coordinators(self, case: Any) -> Any:
        """List who coordinates the foster care of a child."""
        granted = m.Account.objects.filter(
            _lasting("grants__valid_from", "grants__valid_to"),
            grants__family_id=case.family_id,
            grants__reason="placement",
        )
        return PersonSerializer(granted.distinct().order_by("full_name"), many=True).data

    def get_links(self, case: Any) -> dict[str, Any]:
        """Name the latest row of each kind."""
        return {name: getattr(case, f"link_{name}") for name in LINKS}


def _latest(model: Any, **condition: Any) -> Subquery:
    found = model.objects.filter(case_id=OuterRef("id"), **condition).order_by("-id")
    return Subquery(found.values("id")[:1])


def _lasting(since: str, until: str) -> Q:
    today = date.today()  # noqa: DTZ011
    return Q(**{f"{since}__lte": today}) & (
        Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": today})
    )


LINKS = {
    "signal": _latest(m.Signal),
    "interview": _latest(m.Interview),
    "offer": _latest(m.Offer),
    "consent": _latest(m.Consent),
    "referral": _latest(m.Referral),
    "first_visit": _latest(m.Visit, kind="first_joint"),
    "diagnosis": _latest(m.Diagnosis),
    "active_plan": _latest(m.Plan, state="active"),
    "draft_plan": _latest(m.Plan, state="draft"),
    "assessment": _latest(m.Assessment),
    "motion": _latest(m.Motion, state="open"),
    "monitoring": _latest(m.Monitoring),
}


def _cases(request: Any) -> Any:
    found = m.Case.objects.filter(centre_id=request.user.centre_id)
    lasting = m.Assignment.objects.filter(_lasting("starts_on", "ends_on"))
    lasting = lasting.select_related("assistant").order_by("-starts_on")
    return found.select_related("family", "social_worker").prefetch_related(
        Prefetch("assignments", lasting, to_attr="lasting")
    )


class Page(CursorPagination):
    """Fifty a page."""

    page_size = 50
    page_size_query_param = "limit"

    def get_paginated_response(self, data: Any) -> Response:
        """Answer with the product's names."""
        return Response({"items": data, "next_cursor": self.get_next_link()})


class CaseList(Guarded, ListAPIView):
    """R2."""

    serializer_class = CaseSummarySerializer

    class pagination_class(Page):  # noqa: N801
        """The latest first."""

        ordering = "-id"

    def get_queryset(self) -> Any:
        """Choose by state."""
        due = Min(
            "deadlines__due_on", filter=Q(deadlines__settled_on=None, deadlines__dropped_on=None)
        )
        found = _cases(self.request).annotate(next_due_on=due)
        state = self.request.query_params.get("state")
        return found.filter(state=state) if state else found


class CaseDetail(Guarded, RetrieveAPIView):
    """R1."""

    serializer_class = CaseSerializer

    def get_queryset(self) -> Any:
        """Take everything along."""
        opened = m.Deadline.objects.filter(OPEN).order_by("due_on", "id")
        links = {f"link_{name}": latest for name, latest in LINKS.items()}
        prefetch = Prefetch("deadlines", opened, to_attr="open_deadlines")
        return _cases(self.request).annotate(**links).prefetch_related(prefetch)


class DeadlineList(Guarded, ListAPIView):
    """R3."""

    serializer_class = ListedDeadlineSerializer

    class pagination_class(Page):  # noqa: N801
        """The earliest first."""

        ordering = ("due_on", "id")

    def get_queryset(self) -> Any:
        """Choose by due date."""
        found = m.Deadline.objects.filter(OPEN, centre_id=self.request.user.centre_id)
        before = self.request.query_params.get("due_before")
        found = found.filter(due_on__lt=before) if before else found
        return found.select_related("family", "case")
