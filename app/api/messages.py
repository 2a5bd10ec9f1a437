"""What validation and refusals say, in Polish and English; never the input itself."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from app.domain import rooms
from app.domain.errors import Refusal, all_refusals
from app.domain.law import Rule
from app.domain.names import called
from app.domain.terms import Term, all_terms

# Each `code` of `errors[]`. What stands in braces is filled in with the field's own bound.
FAULTS: Mapping[str, tuple[str, str]] = {
    "missing": ("Pole jest wymagane.", "This field is required."),
    "extra_forbidden": ("Nieznane pole.", "Unknown field."),
    "unknown_parameter": (
        "Nieznany lub powtórzony parametr.",
        "Unknown or repeated parameter.",
    ),
    "string_type": ("Wymagany tekst.", "Text is required."),
    "string_unicode": ("Tekst zawiera niedozwolone znaki.", "The text has forbidden characters."),
    "string_too_long": (
        "Tekst jest za długi (najwyżej {max_length} znaków).",
        "The text is too long (at most {max_length} characters).",
    ),
    "string_too_short": (
        "Tekst jest za krótki (co najmniej {min_length} znaków).",
        "The text is too short (at least {min_length} characters).",
    ),
    "string_pattern_mismatch": (
        "Tekst ma niedozwoloną postać lub znaki sterujące.",
        "The text has another form than required, or control characters.",
    ),
    "pesel": ("To nie jest prawidłowy numer PESEL.", "This is not a valid PESEL number."),
    "too_long": (
        "Za dużo pozycji (najwyżej {max_length}).",
        "Too many items (at most {max_length}).",
    ),
    "too_short": (
        "Za mało pozycji (co najmniej {min_length}).",
        "Too few items (at least {min_length}).",
    ),
    "enum": ("Wartość spoza listy dozwolonych.", "This value is not on the list."),
    "literal_error": (
        "Wartość spoza listy dozwolonych w tym miejscu.",
        "This value is not on the list of this place.",
    ),
    "int_type": ("Wymagana liczba całkowita.", "A whole number is required."),
    "int_parsing": ("Wymagana liczba całkowita.", "A whole number is required."),
    "int_parsing_size": ("Liczba jest za długa.", "The number is too long."),
    "greater_than_equal": (
        "Wartość musi wynosić co najmniej {ge}.",
        "The value must be at least {ge}.",
    ),
    "less_than_equal": ("Wartość może wynosić najwyżej {le}.", "The value may be at most {le}."),
    "bool_type": ("Wymagana wartość true albo false.", "Either true or false is required."),
    "uuid_type": ("Wymagany identyfikator UUID.", "A UUID is required."),
    "uuid_parsing": ("Wymagany identyfikator UUID.", "A UUID is required."),
    "date_type": ("Wymagana data RRRR-MM-DD.", "A date YYYY-MM-DD is required."),
    "date_from_datetime_parsing": ("Wymagana data RRRR-MM-DD.", "A date YYYY-MM-DD is required."),
    "date_from_datetime_inexact": (
        "Wymagana data RRRR-MM-DD, bez godziny.",
        "A date YYYY-MM-DD without an hour is required.",
    ),
    **dict.fromkeys(
        (
            *("datetime_type", "datetime_parsing", "datetime_from_date_parsing"),
            "timezone_aware",
        ),
        (
            "Wymagana chwila RRRR-MM-DDTGG:MM:SSZ.",
            "An instant YYYY-MM-DDTHH:MM:SSZ is required.",
        ),
    ),
    "time_type": ("Wymagana godzina GG:MM.", "An hour HH:MM is required."),
    "time_parsing": ("Wymagana godzina GG:MM.", "An hour HH:MM is required."),
    "model_attributes_type": ("Wymagany obiekt JSON.", "A JSON object is required."),
    "list_type": ("Wymagana lista.", "A list is required."),
}
_OTHERWISE = ("Niepoprawna wartość.", "This value is not valid.")
_YES = {"pl": ("nie", "tak"), "en": ("no", "yes")}
_RULE_ID = re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+)?")


def explain(error: Mapping[str, Any], language: str) -> str:
    """Say what is wrong with one field."""
    pl, en = FAULTS.get(str(error["type"]), _OTHERWISE)
    template = pl if language == "pl" else en
    return template.format_map(_Gaps(error.get("ctx", {})))


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def detailed(refusal: Refusal, language: str) -> str:
    """Say the refusal's title and its facts, each by its name; ids say nothing to people."""
    title = _title(type(refusal), language)
    named = [
        f"{called(name, language)}: {said}"
        for name, value in refusal.facts.items()
        if (said := _said(name, value, language))
    ]
    facts = "; ".join(named)
    return f"{title} {facts[0].upper()}{facts[1:]}." if facts else title


def _title(kind: type[Refusal], language: str) -> str:
    return kind.pl if language == "pl" else kind.en()


def _said(name: str, value: object, language: str) -> str:
    match value:
        case None | UUID():
            return ""
        case bool():
            return _YES[language][value]
        case Term():
            return value.pl if language == "pl" else value.en
        case date():
            return value.strftime("%d.%m.%Y") if language == "pl" else value.isoformat()
        case list():
            found = [_said(name, part, language) for part in value]
            return ", ".join(dict.fromkeys(part for part in found if part))
    return _text(str(value), language)


def _text(value: str, language: str) -> str:
    """Say a text: another refusal by its title, a rule with its article, a place by its names."""
    for kind in all_refusals():
        if kind.kind() == value:
            return _title(kind, language).removesuffix(".")
    if _RULE_ID.fullmatch(value) and value in _places():
        return f"{value} ({_places()[value]})" if _places()[value] else value
    parts = [_part(part, before, language) for before, part in _pairs(value)]
    return " ".join(part for part in parts if part)


def _pairs(value: str) -> list[tuple[str, str]]:
    parts = value.split("/")
    return list(zip(["", *parts], parts, strict=False))


def _part(part: str, before: str, language: str) -> str:
    """Say one step of a place: `goals/0/due_on` is "cele 1 termin", `spheres/health` its term."""
    if part.isdecimal() and before:
        return str(int(part) + 1)
    if _is_id(part):
        return ""
    for term in all_terms():
        if f"{term.kind()}s" == before and part in {member.value for member in term}:
            return _said("", term(part), language)
    return called(part, language) if before or part.islower() else part


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


@cache
def _places() -> dict[str, str]:
    """Return the article of each rule, by the rule's id."""
    found = (value for room in rooms("rules") for value in vars(room).values())
    return {rule.id: rule.basis.place for rule in found if isinstance(rule, Rule)}
