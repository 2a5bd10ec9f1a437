"""Rules of families: whose they are, who counts, what is looked for first."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.domain.families import rules
from app.domain.families.rules import ParentalAuthority

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
OURS = "2061011"


@dataclass(frozen=True)
class Member:
    """What the rules need of a member."""

    parental_authority: ParentalAuthority = ParentalAuthority.FULL
    participates: bool = True
    left_on: date | None = None
    id: UUID = field(default_factory=uuid4)


@pytest.mark.rule("B14")
@pytest.mark.parametrize("gmina", ["2061011", "2061014", "2061015"])
def test_the_parts_of_a_mixed_gmina_are_the_same_gmina(gmina: str) -> None:
    rules.require_own_gmina(gmina, OURS, homeless=False, last_registration_gmina=None)


@pytest.mark.rule("B14")
@pytest.mark.parametrize("gmina", ["2061021", "0862011"])
def test_a_family_of_another_gmina_is_refused(gmina: str) -> None:
    with pytest.raises(rules.ForeignGmina) as refused:
        rules.require_own_gmina(gmina, OURS, homeless=False, last_registration_gmina=OURS)
    assert refused.value.facts == {"competent_gmina": gmina, "centre_gmina": OURS}


@pytest.mark.rule("B14")
def test_homeless_people_belong_to_the_gmina_of_their_last_registration() -> None:
    rules.require_own_gmina("0862011", OURS, homeless=True, last_registration_gmina=OURS)
    with pytest.raises(rules.ForeignGmina):
        rules.require_own_gmina(OURS, OURS, homeless=True, last_registration_gmina="0862011")
    with pytest.raises(rules.LastRegistrationMissing):
        rules.require_own_gmina(OURS, OURS, homeless=True, last_registration_gmina=None)


@pytest.mark.rule("K11")
def test_only_another_district_takes_a_family_over() -> None:
    one, other = uuid4(), uuid4()
    assert rules.is_moved(one, other)
    assert not rules.is_moved(one, one)
    assert not rules.is_moved(one, None)
    assert not rules.is_moved(None, other)


@pytest.mark.rule("K1")
def test_a_search_lasts_sixty_minutes() -> None:
    me = uuid4()
    rules.require_searched(NOW - timedelta(minutes=60), me, me, NOW)
    with pytest.raises(rules.SearchFirst):
        rules.require_searched(NOW - timedelta(minutes=60, seconds=1), me, me, NOW)


@pytest.mark.rule("K1")
def test_only_ones_own_search_counts() -> None:
    with pytest.raises(rules.SearchFirst):
        rules.require_searched(NOW, uuid4(), uuid4(), NOW)
    with pytest.raises(rules.SearchFirst):
        rules.require_searched(None, None, uuid4(), NOW)


@pytest.mark.parametrize(
    ("pesel", "born"),
    [
        ("90020312340", date(1990, 2, 3)),
        ("00210112345", date(2000, 1, 1)),
        ("19250112345", date(2019, 5, 1)),
        ("99123112345", date(1999, 12, 31)),
        ("80923112345", date(1880, 12, 31)),
        ("00410112345", date(2100, 1, 1)),
    ],
)
def test_the_month_of_a_pesel_tells_the_century(pesel: str, born: date) -> None:
    assert rules.born_by_pesel(pesel) == born
    rules.require_pesel_agrees(pesel, born)
    with pytest.raises(rules.PeselDisagrees):
        rules.require_pesel_agrees(pesel, born + timedelta(days=1))


def test_a_pesel_or_a_date_alone_contradicts_nothing() -> None:
    rules.require_pesel_agrees("90020312340", None)
    rules.require_pesel_agrees(None, TODAY)


def test_a_child_is_one_until_the_eighteenth_birthday() -> None:
    assert rules.is_child(date(2008, 3, 11), TODAY)
    assert not rules.is_child(date(2008, 3, 10), TODAY)


def test_a_child_of_the_29th_of_february_is_adult_on_the_first_of_march() -> None:
    assert rules.is_child(date(2008, 2, 29), date(2026, 2, 28))
    assert not rules.is_child(date(2008, 2, 29), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("member", "counts"),
    [
        (Member(), True),
        (Member(ParentalAuthority.LIMITED), True),
        (Member(ParentalAuthority.SUSPENDED), False),
        (Member(ParentalAuthority.DEPRIVED), False),
        (Member(ParentalAuthority.NONE), False),
        (Member(participates=False), False),
        (Member(left_on=TODAY), False),
    ],
)
def test_consent_counts_of_who_holds_authority_and_takes_part(member: Member, counts: bool) -> None:
    assert rules.authority_holders([member]) == ({member.id} if counts else set())


def test_a_family_is_known_by_name_or_by_address() -> None:
    rules.require_known("Żółkiewska", None)
    rules.require_known(None, "ul. Źródlana 3")
    with pytest.raises(rules.FamilyUnknown):
        rules.require_known(None, None)


def test_nobody_is_born_tomorrow() -> None:
    rules.require_born(None, TODAY)
    rules.require_born(TODAY, TODAY)
    with pytest.raises(rules.BornInFuture):
        rules.require_born(TODAY + timedelta(days=1), TODAY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ul. Źródlana 3/15", ["Źródlana"]),
        ("Skłodowska-Curie  Maria Maria", ["Skłodowska", "Curie", "Maria"]),
        ("O 12 '); DROP", ["DROP"]),
        (None, []),
        (" ".join("abcdefghijklmnop"[n : n + 3] for n in range(12)), None),
    ],
)
def test_only_telling_words_are_searched_for(text: str | None, words: list[str] | None) -> None:
    found = rules.search_words(text)
    assert found == words if words is not None else len(found) == rules.MAX_WORDS


@pytest.mark.rule("K1")
def test_a_birthday_alone_is_no_search() -> None:
    rules.require_criterion(["Nowak"], None, None)
    rules.require_criterion([], "90020312340", None)
    rules.require_criterion([], None, "600100200")
    with pytest.raises(rules.NothingToSearchFor):
        rules.require_criterion([], None, None)


@pytest.mark.parametrize("phone", ["+48 600 100 200", "600-100-200", "(600) 100200"])
def test_a_phone_number_is_the_same_however_written(phone: str) -> None:
    assert rules.phone_digits(phone) == "600100200"


def test_nobody_leaves_before_birth_after_today_or_twice() -> None:
    born = date(2019, 5, 1)
    rules.require_departure(None, born, born, TODAY)
    rules.require_departure(None, TODAY, None, TODAY)
    with pytest.raises(rules.DepartureImpossible):
        rules.require_departure(None, born - timedelta(days=1), born, TODAY)
    with pytest.raises(rules.DepartureImpossible):
        rules.require_departure(None, TODAY + timedelta(days=1), born, TODAY)
    with pytest.raises(rules.LeftAlready):
        rules.require_departure(TODAY, TODAY, born, TODAY)
