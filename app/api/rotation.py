"""Rotation of the signing keys: prepare, activate, retire; each step only when nothing is lost.

A key that signs must have been known to every verifier before, and one that is taken away must
have no living token left. Dates of files say how long ago a step was; they never say who signs.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from app.api.claims import CLOCK_SKEW, LONGEST
from app.api.keys import (
    JWKS_MAX_AGE,
    LOOK_EVERY,
    NEXT,
    SLOTS,
    folder_of,
    key_files,
    load_keyring,
    make_key,
    name_of,
)
from app.settings import Settings, WrongSetting

# Until then a verifier elsewhere may hold the set of keys without the new one.
PUBLISHED_FOR = timedelta(seconds=JWKS_MAX_AGE + LOOK_EVERY)
# Our other processes sign with the old key until they have looked; then its last token must end.
OUTLIVED_AFTER = LONGEST + timedelta(seconds=LOOK_EVERY + CLOCK_SKEW)


class NotYet(WrongSetting):
    """A step of the rotation out of its order, or too early; the sentence says what to do."""


class SlotState(StrEnum):
    """What a key does: all verify, one signs."""

    NEXT = "next"
    ACTIVE = "active"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Slot:
    """One key of the folder; `since` is when it was prepared, or when it began to sign."""

    file: Path
    kid: str
    state: SlotState
    since: datetime


def slots(settings: Settings) -> list[Slot]:
    """Return the keys in their order; at the first call there is one, which signs."""
    load_keyring(settings)
    files = key_files(folder_of(settings))
    active = [file for file in files if not file.name.endswith(NEXT)][-1]
    return [Slot(file, name_of(file), _state(file, active), _since(file)) for file in files]


def prepare(settings: Settings) -> Path:
    """Make the next key: verified and published, it does not sign yet."""
    found = slots(settings)
    for slot in found:
        if slot.state is SlotState.NEXT:
            raise NotYet(f"{slot.file.name} is prepared already: activate it first.")
    if len(found) >= SLOTS:
        raise NotYet(f"All {SLOTS} slots are taken: retire {found[0].file.name} first.")
    file = folder_of(settings) / f"{_number(found[-1].file) + 1:04}{NEXT}"
    if not make_key(file):
        raise NotYet(f"{file.name} has just been prepared by somebody else.")
    return file


def activate(settings: Settings, now: datetime, *, at_once: bool = False) -> Path:
    """Let the next key sign; refuse where there is none, or verifiers may not know it yet."""
    found = slots(settings)
    prepared = [slot for slot in found if slot.state is SlotState.NEXT]
    if not prepared:
        raise NotYet("No key is prepared: run `keys prepare` first.")
    coming = prepared[0]
    ready = coming.since + PUBLISHED_FOR
    if now < ready and not at_once:
        raise NotYet(
            f"{coming.file.name} is too new: verifiers may not know it before {_clock(ready)}."
            " Activate it then, or with --at-once if the key that signs is no longer safe."
        )
    file = coming.file.with_name(coming.file.name.removesuffix(NEXT) + ".pem")
    if file.name < (active := _active(found)).file.name:
        raise NotYet(f"{file.name} would not sign: {active.file.name} sorts behind it.")
    os.utime(coming.file, (now.timestamp(), now.timestamp()))  # it signs since now
    return coming.file.rename(file)


def retire(settings: Settings, now: datetime, *, at_once: bool = False) -> Path:
    """Take the oldest key away; refuse while it signs, or while a token of it may live."""
    found = slots(settings)
    active = _active(found)
    previous = [slot.file for slot in found if slot.state is SlotState.PREVIOUS]
    if not previous:
        raise NotYet(f"{active.file.name} is the key that signs: activate another one first.")
    safe = active.since + OUTLIVED_AFTER
    if now < safe and not at_once:
        raise NotYet(
            f"Tokens of {previous[0].name} may live until {_clock(safe)}: retire it then, or"
            " with --at-once if it is no longer safe (its tokens are refused from then on)."
        )
    previous[0].unlink()
    return previous[0]


def _active(found: list[Slot]) -> Slot:
    return next(slot for slot in found if slot.state is SlotState.ACTIVE)


def _number(file: Path) -> int:
    number = file.name.partition(".")[0]
    if not number.isdecimal():
        raise NotYet(f"{file.name} is no name of ours: rename it to a number, as 0001.pem.")
    return int(number)


def _state(file: Path, active: Path) -> SlotState:
    if file.name.endswith(NEXT):
        return SlotState.NEXT
    return SlotState.ACTIVE if file == active else SlotState.PREVIOUS


def _since(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _clock(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
