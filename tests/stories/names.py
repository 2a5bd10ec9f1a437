"""Which id of a run stands for which id of the examples; the same examples in every run."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pyotp import TOTP

_SPACE = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_REFERENCE = re.compile(r"@([a-z_]+(?:--[a-z_]+)?)(/[A-Za-z0-9_/]+)")
# Texts that nobody reads: each stands for itself, in a form that the contract allows.
OPAQUE = {
    "access_token": "example.{0}.{0}",
    "refresh_token": "example-{0}{0}",
    "reset_token": "reset-{0}{0}",
    "secret": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "otpauth_uri": (
        "otpauth://totp/Asysta:administrator?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=Asysta"
    ),
    "recovery_codes": "-".join(["{0:.4}"] * 6),
    "client_secret": "example-{0}",
    "signing_secret": "whsec_{0}{0:.11}=",
    "next_cursor": "example-{0}",
    "handle": "{0}{0}",
}


class Names:
    """A book with two columns: what the run says, what the examples say."""

    def __init__(self, *, same: set[str]) -> None:
        """Begin with the ids that are the same in every run."""
        self.told = {name: name for name in same}
        self.real = dict(self.told)
        self.answers: dict[str, Any] = {}
        self.shown: dict[str, str] = {}

    def learn(self, name: str, answer: Any, now: datetime) -> None:
        """Enter what an answer shows for the first time; its name says where that was.

        Of the secret of a second factor its codes are entered too: of this instant and the next.
        """
        self.answers[name] = answer
        for pointer, value in texts(answer):
            key = next(k for k in reversed(pointer.split("/")) if not k.isdecimal())
            if value not in self.told and (_ID.fullmatch(value) or key in OPAQUE):
                told = uuid5(_SPACE, f"{name}{pointer}")
                self._enter(value, OPAQUE.get(key, str(told)).format(told.hex))
            if key == "secret":
                self._enter(TOTP(value).at(now), "123456")
                self._enter(TOTP(value).at(now, counter_offset=1), "654321")

    def _enter(self, real: str, told: str) -> None:
        self.told[real], self.real[told] = told, real

    def to_told(self, part: Any, now: datetime) -> Any:
        """Write a part of an answer in the words of the examples.

        Instants that the database took from the real clock become the story's: of the day of an
        event, else of the day on which a thing was first shown.
        """
        return _each(self._dated(part, f"{now:%Y-%m-%dT%H:%M:%SZ}"), self._told)

    def _dated(self, part: Any, now: str) -> Any:
        if isinstance(part, list):
            return [self._dated(value, now) for value in part]
        if not isinstance(part, dict):
            return part
        day = f"{part['on_date']}T{now[11:]}" if "on_date" in part else now
        since = self.shown.setdefault(part["id"], day) if "id" in part else day
        return {
            key: since if _real(value) else self._dated(value, now) for key, value in part.items()
        }

    def _told(self, text: str) -> str:
        if text in self.told:
            return self.told[text]
        return _ID.sub(lambda found: self.told.get(found[0], found[0]), text)

    def to_real(self, part: Any) -> Any:
        """Write a part of a request with the ids of this run."""
        return _each(part, self._real)

    def _real(self, text: str) -> str:
        if reference := _REFERENCE.fullmatch(text):
            found: str = at(self.answers[reference[1]], reference[2])
            return found
        if text in self.real:
            return self.real[text]
        return _ID.sub(lambda found: self.real.get(found[0], found[0]), text)


def _real(value: Any) -> bool:
    """Tell whether this is an instant of the real clock: only that has fractions of a second."""
    instant = isinstance(value, str) and _INSTANT.fullmatch(value)
    return bool(instant and datetime.fromisoformat(value).microsecond)


def _each(part: Any, change: Callable[[str], str]) -> Any:
    if isinstance(part, dict):
        return {key: _each(value, change) for key, value in part.items()}
    if isinstance(part, list):
        return [_each(value, change) for value in part]
    return change(part) if isinstance(part, str) else part


def texts(part: Any, pointer: str = "") -> list[tuple[str, str]]:
    """List the texts of an answer with their JSON pointers."""
    if isinstance(part, dict):
        found = [texts(value, f"{pointer}/{key}") for key, value in part.items()]
    elif isinstance(part, list):
        found = [texts(value, f"{pointer}/{place}") for place, value in enumerate(part)]
    else:
        return [(pointer, part)] if isinstance(part, str) else []
    return [text for texts in found for text in texts]


def at(part: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to."""
    for key in pointer.strip("/").split("/"):
        part = part[int(key)] if isinstance(part, list) else part[key]
    return part
