"""What machines are told, where to, and how long it is tried."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.clients.rules import ClientArea
from app.domain.events.rules import EventType, OfficeEventType
from app.domain.webhooks import rules
from app.domain.webhooks.rules import SUBJECTS, WAITS
from tests.factories.document import DOCUMENT

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOSTS = ("szyna.dabrowa.example", "127.0.0.1:9000", "other.example:8443")
# Of people and machines of the centre, and of what no operation shows to a machine.
NOT_TOLD = {
    *("emergency_opened", "emergency_ended", "emergency_reviewed"),
    *("legal_hold_set", "legal_hold_lifted", "notice_handed"),
}
OFFICE_TOLD = {
    *("settings_changed", "district_created", "district_changed", "district_given"),
    *("district_taken", "foster_family_registered", "coordinator_appointed"),
    "coordination_ended",
}


def test_every_event_of_families_is_told_or_said_not_to_be() -> None:
    assert {kind.value for kind in EventType} == (SUBJECTS.keys() - OFFICE_TOLD) | NOT_TOLD
    assert not SUBJECTS.keys() & NOT_TOLD


def test_of_the_office_only_what_machines_read_is_told() -> None:
    assert {kind.value for kind in OfficeEventType} & SUBJECTS.keys() == OFFICE_TOLD


@pytest.mark.parametrize("kind", sorted(SUBJECTS))
def test_a_place_is_an_operation_that_the_area_reads(kind: str) -> None:
    subject = SUBJECTS[kind]
    asked = subject.place.format(family="{}", case="{}", subject="{}")
    found = [
        verbs["get"]["security"]
        for path, verbs in DOCUMENT["paths"].items()
        if "get" in verbs and _plain(path) == f"/api/v1/{asked}"
    ]
    assert found, f"No operation reads {asked}."
    assert {"MachineClient": [subject.area.scope]} in found[0]


def _plain(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.rule("S5")
@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://szyna.dabrowa.example/asysta", True),
        ("https://szyna.dabrowa.example", True),
        ("https://szyna.dabrowa.example:8443/asysta", False),
        ("https://other.example:8443/", True),
        ("https://other.example/", False),
        ("http://szyna.dabrowa.example/asysta", False),
        ("http://127.0.0.1:9000/asysta", True),
        ("https://127.0.0.1:9000/asysta", True),
        ("http://127.0.0.1:9001/asysta", False),
        ("https://a@szyna.dabrowa.example/asysta", False),
        ("https://szyna.dabrowa.example.evil.example/", False),
        ("https://169.254.169.254/latest", False),
        ("ftp://szyna.dabrowa.example/", False),
    ],
)
def test_messages_go_only_where_the_operator_allows(url: str, allowed: bool) -> None:
    if allowed:
        rules.require_allowed(url, HOSTS)
    else:
        with pytest.raises(rules.WebhookHostNotAllowed):
            rules.require_allowed(url, HOSTS)


@pytest.mark.rule("S5")
def test_an_area_that_is_not_read_is_not_told() -> None:
    rules.require_read([ClientArea.CASES], ["cases:read", "families:read"])
    with pytest.raises(rules.AreaNotRead) as refused:
        rules.require_read([ClientArea.CASES, ClientArea.VISITS], ["cases:read"])
    assert refused.value.facts == {"areas": ["visits"]}


@pytest.mark.rule("S5.1")
def test_the_end_of_a_file_is_told_to_all_who_read_families() -> None:
    assert "file_erased" in rules.kinds_in([ClientArea.VISITS])
    assert "visit_recorded" in rules.kinds_in([ClientArea.VISITS])
    assert "plan_drafted" not in rules.kinds_in([ClientArea.VISITS])
    assert rules.kinds_in([ClientArea.DIRECTORY]) == [
        *("district_changed", "district_created", "district_given", "district_taken")
    ]


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [
        (1, timedelta(seconds=5)),
        (2, timedelta(minutes=5)),
        (9, timedelta(hours=24)),
        (10, None),
    ],
)
def test_it_is_tried_nine_times_more_over_three_days(attempts: int, wait: timedelta | None) -> None:
    assert rules.after_failure(attempts, NOW) == (None if wait is None else NOW + wait)
    assert timedelta(days=3) < sum(WAITS, timedelta()) < timedelta(days=4)


@pytest.mark.parametrize(
    ("status", "arrived"),
    [
        (200, True),
        (204, True),
        (299, True),
        (300, False),
        (199, False),
        (410, False),
        (None, False),
    ],
)
def test_any_answer_of_success_takes_it_over(status: int | None, arrived: bool) -> None:
    assert rules.is_delivered(status) is arrived


def test_a_client_has_five_webhooks() -> None:
    rules.require_room(4)
    with pytest.raises(rules.TooManyWebhooks):
        rules.require_room(5)
