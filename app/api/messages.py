"""What validation says, in Polish and English; never the input itself."""

from collections.abc import Mapping
from typing import Any

HTTP_TITLES: Mapping[int, tuple[str, str, str]] = {
    400: ("Żądania nie da się odczytać.", "The request can't be read.", "Unreadable"),
    405: (
        "Ta metoda nie jest tu dostępna.",
        "This method is not available here.",
        "MethodNotAllowed",
    ),
    406: ("Nie mamy takiej postaci danych.", "We can't answer in this form.", "NotAcceptable"),
    413: ("Treść żądania jest za duża.", "The body is too large.", "BodyTooLarge"),
    415: ("Wyślij treść jako JSON.", "Send the body as JSON.", "UnsupportedMediaType"),
    429: ("Za dużo prób; zaczekaj.", "Too many attempts; wait.", "TooManyRequests"),
    431: ("Nagłówki są za duże.", "The headers are too large.", "HeadersTooLarge"),
    500: (
        "Błąd po naszej stronie; nic nie zapisano.",
        "Our error; nothing was stored.",
        "OurError",
    ),
}

_PL: Mapping[str, str] = {
    "missing": "Pole jest wymagane.",
    "extra_forbidden": "Nieznane pole.",
    "string_type": "Wymagany tekst.",
    "string_too_long": "Tekst jest za długi (najwyżej {max_length} znaków).",
    "string_too_short": "Tekst jest za krótki (co najmniej {min_length} znaków).",
    "string_pattern_mismatch": "Tekst ma niedozwoloną postać lub znaki sterujące.",
    "too_long": "Za dużo pozycji (najwyżej {max_length}).",
    "too_short": "Za mało pozycji (co najmniej {min_length}).",
    "enum": "Dozwolone wartości: {expected}.",
    "int_type": "Wymagana liczba całkowita.",
    "int_parsing": "Wymagana liczba całkowita.",
    "bool_type": "Wymagana wartość true albo false.",
    "bool_parsing": "Wymagana wartość true albo false.",
    "uuid_parsing": "Wymagany identyfikator UUID.",
    "uuid_type": "Wymagany identyfikator UUID.",
    "date_type": "Wymagana data RRRR-MM-DD.",
    "date_parsing": "Wymagana data RRRR-MM-DD.",
    "date_from_datetime_parsing": "Wymagana data RRRR-MM-DD.",
    "date_from_datetime_inexact": "Wymagana data RRRR-MM-DD, bez godziny.",
    "datetime_type": "Wymagany moment w zapisie RFC 3339.",
    "datetime_parsing": "Wymagany moment w zapisie RFC 3339.",
    "timezone_aware": "Podaj strefę czasową (np. Z).",
    "time_parsing": "Wymagana godzina GG:MM.",
    "time_type": "Wymagana godzina GG:MM.",
    "greater_than_equal": "Wartość musi wynosić co najmniej {ge}.",
    "less_than_equal": "Wartość może wynosić najwyżej {le}.",
    "model_attributes_type": "Wymagany obiekt JSON.",
    "model_type": "Wymagany obiekt JSON.",
    "dict_type": "Wymagany obiekt JSON.",
    "list_type": "Wymagana lista.",
    "literal_error": "Dozwolone wartości: {expected}.",
}


def explain(error: Mapping[str, Any], language: str) -> str:
    """Say what is wrong with one field; our own rules carry both languages in their context."""
    context = error.get("ctx", {})
    own = context.get(language)
    if isinstance(own, str):
        return own
    if language == "pl":
        template = _PL.get(str(error["type"]), "Niepoprawna wartość.")
        return template.format_map({k: v for k, v in context.items() if k != "error"} | _Gaps())
    return str(error["msg"]).removeprefix("Value error, ")


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
