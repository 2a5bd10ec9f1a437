"""Spoiling what people say: wrong days, missing fields, strangers' ids, wrong kinds of values."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.factories.people import ELSEWHERE

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
Spoil = Callable[[dict[str, Any], int], dict[str, Any]]


def _each(said: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(said, dict):
        return {name: _each(value, change) for name, value in said.items()}
    if isinstance(said, list):
        return [_each(value, change) for value in said]
    return change(said)


def _days(day: str) -> Spoil:
    def moved(value: Any) -> Any:
        return day if isinstance(value, str) and _DAY.fullmatch(value) else value

    return lambda said, _: dict(_each(said, moved))


def _stranger(value: Any) -> Any:
    try:
        UUID(value)
    except (ValueError, TypeError, AttributeError):
        return value
    return str(ELSEWHERE.assistant.id)


def _one(value: Any) -> Spoil:
    def spoilt(said: dict[str, Any], pick: int) -> dict[str, Any]:
        names = sorted(said)
        return said | {names[pick % len(names)]: value} if names else said

    return spoilt


def _less(said: dict[str, Any], pick: int) -> dict[str, Any]:
    names = sorted(said)
    return {name: said[name] for name in names if name != names[pick % len(names)]}


SPOILS: dict[str, Spoil] = {
    "in the future": _days("2031-01-07"),
    "in the past": _days("1991-01-07"),
    "missing": _less,
    "a stranger": lambda said, _: dict(_each(said, _stranger)),
    "nothing": _one(None),
    "a number": _one(7),
    "a text": _one("x'; DROP TABLE visit; --"),
    "a list": _one([[]]),
    "more": lambda said, _: said | {"state": "archived"},
}
