"""What of a text is another's: names in all cases, numbers, phones; what can't be parted."""

from datetime import date
from typing import Any

import pytest

from app.domain.disclosure.rules import (
    OMITTED,
    Member,
    Shield,
    departures,
    is_own,
    is_own_entry,
)

PESEL, OTHER_PESEL = "44051401458", "02070803628"
ANNA = Member("a", "Anna", "Sikora-Wrona", "matka", PESEL)


def _shield(first_name: str, last_name: str = "Sikora", phone: str | None = None) -> Shield:
    return Shield((ANNA,), (Member("b", first_name, last_name, "ojciec", OTHER_PESEL, phone),))


@pytest.mark.rule("RODO15.4")
@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("Ewa", ("Ewa", "Ewy", "Ewie", "Ewę", "Ewą", "Ewo")),
        ("Agnieszka", ("Agnieszki", "Agnieszce", "Agnieszkę", "Agnieszką", "Agnieszko")),
        ("Barbara", ("Barbary", "Barbarze", "Barbarę")),
        ("Marek", ("Marka", "Markowi", "Markiem", "Marku")),
        ("Paweł", ("Pawła", "Pawłowi", "Pawle", "Pawłem")),
        ("Piotr", ("Piotra", "Piotrowi", "Piotrze")),
        ("Staś", ("Stasia", "Stasiowi", "Stasiem", "Staś")),
        ("Kacper", ("Kacpra", "Kacprowi", "Kacprze")),
        ("Łucja", ("Łucji", "Łucję", "Łucjo")),
    ],
)
def test_a_name_is_taken_out_in_every_case(name: str, cases: tuple[str, ...]) -> None:
    for said in (name, *cases):
        assert _shield(name).clear(f"Rozmowa z {said}, wieczorem.") == (
            "Rozmowa z [ojciec], wieczorem."
        ), said


def test_a_surname_is_taken_out_unless_it_is_the_persons_own_too() -> None:
    assert _shield("Jan", "Borkowski").clear("Pan Borkowski i Borkowskiego") == (
        "Pan [ojciec] i [ojciec]"
    )
    assert _shield("Jan").clear("Jan Sikora, Sikory") == "[ojciec] Sikora, Sikory"


def test_what_is_no_name_stays() -> None:
    text = "Annie pomogła poradnia na ul. Ewangelickiej; maj, marki, pawilon."
    assert _shield("Maja", "Marek").clear(text) == text


@pytest.mark.parametrize("written", ["601 202 303", "601202303", "+48 601-202-303"])
def test_a_phone_is_taken_out_however_it_is_written(written: str) -> None:
    shield = _shield("Jan", phone="601 202 303")
    assert shield.clear(f"Dzwonić: {written}.") == "Dzwonić: [telefon: ojciec]."
    assert "601 202 304" in shield.clear("Dzwonić: 601 202 304.")


def test_a_pesel_stays_only_where_it_is_the_persons_own() -> None:
    assert _shield("Jan").clear(f"{PESEL} i {OTHER_PESEL}") == f"{PESEL} i [PESEL innej osoby]"


@pytest.mark.rule("I12")
@pytest.mark.parametrize(
    "text",
    [
        "Wszczęto procedurę „Niebieskie Karty”.",
        "niebieska karta założona w lutym",
        "rodzina objęta procedurą niebieskokartową",
        "ma kartę niebieską od maja",
        "założono Niebieską „Kartę”",
        "N.K. w toku",
        "N. K. zamknięta",
        "posiedzenie GDP w środę",
        "sprawę prowadzi ZI",
        "Wypełniono formularz NK-A.",
        "Posiedzenie grupy diagnostyczno-pomocowej.",
        "Zespół Interdyscyplinarny zbiera się w piątek.",
    ],
)
def test_a_text_that_speaks_of_a_blue_card_is_left_out_without_a_word_of_it(text: str) -> None:
    assert _shield("Jan").clear(text) == OMITTED
    assert "arty" not in OMITTED


def test_a_text_without_a_blue_card_is_given() -> None:
    text = "Karta zdrowia dziecka, niebieski zeszyt, bank, kartka z niebem, N. Kot, zima."
    assert _shield("Jan").clear(text) == text


def test_what_names_one_member_is_that_members_alone() -> None:
    own = frozenset({"a"})
    assert is_own("placement", {"person_id": "a"}, own)
    assert not is_own("placement", {"person_id": "b"}, own)
    assert is_own("visit", {}, own)
    assert is_own_entry({"text": "x"}, own)
    assert is_own_entry({"person_id": "a"}, own)
    assert not is_own_entry({"person_id": "b"}, own)


def test_members_are_called_by_what_they_are() -> None:
    shield = _shield("Jan")
    assert shield.label_of("a") == "osoba, której dane dotyczą"
    assert shield.label_of("b") == "ojciec"
    assert shield.label_of("c") is None


def _membership(
    family: str, left_on: str | None, reason: str | None = "separated"
) -> dict[str, Any]:
    return {"family_id": family, "left_on": left_on, "left_reason": left_on and reason}


@pytest.mark.rule("K2")
def test_a_family_that_somebody_has_left_is_theirs_until_the_day_before() -> None:
    left = departures([_membership("a", "2026-03-10"), _membership("b", None)])
    assert set(left) == {"a"}
    assert left["a"].covers(date(2026, 3, 9))
    assert not left["a"].covers(date(2026, 3, 10))


@pytest.mark.rule("K2")
def test_who_came_back_has_not_left_and_the_last_leaving_counts() -> None:
    first, again = _membership("a", "2025-03-10"), _membership("a", None)
    assert departures([first, again]) == {}
    later = departures([first, _membership("a", "2026-03-10")])["a"]
    assert later.covers(date(2026, 3, 9))


@pytest.mark.rule("K2")
def test_who_was_recorded_by_mistake_never_belonged() -> None:
    mistaken = _membership("a", "2026-03-10", "recorded_by_mistake")
    assert not departures([mistaken])["a"].covers(date(2020, 1, 1))
