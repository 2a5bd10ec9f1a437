"""When a second factor is asked for, and which codes fit (RFC 6238, ASVS 6.5)."""

from datetime import datetime

from app.domain.errors import Conflict, Forbidden, Invalid, Refusal
from app.domain.law import FAMILY_SUPPORT, Certainty, Rule

S4 = Rule(
    "S4",
    FAMILY_SUPPORT.art(7, 3),
    "Ośrodek może wymagać od roli drugiego składnika logowania; bez niego można go tylko założyć.",
    "A centre may demand a second factor of a role; without one nothing but enrolling is possible.",
    sure=Certainty.INTERPRETATION,
    settings=("second_factor_roles",),
)
STEP = 30  # seconds that one code lasts
RECOVERY_CODES = 10


class SecondFactorNeeded(Refusal):
    """Send the code of your second factor as well."""

    status = 401
    pl = "Podaj także kod drugiego składnika logowania."
    rule = S4


class SecondFactorWrong(Refusal):
    """This code does not fit, or was used before."""

    status = 401
    pl = "Ten kod nie pasuje albo był już użyty."
    rule = S4


class CodeWrong(Invalid):
    """This code does not fit the second factor, or was used before."""

    pl = "Ten kod nie pasuje do drugiego składnika albo był już użyty."
    rule = S4
    pointer = "#/code"


class SecondFactorMissing(Forbidden):
    """Your centre demands a second factor of your role: enrol it first."""

    pl = "Ośrodek wymaga od Twojej roli drugiego składnika logowania: najpierw go załóż."
    rule = S4


class SecondFactorThere(Conflict):
    """You have a second factor already; remove it first."""

    pl = "Masz już drugi składnik logowania; najpierw go usuń."
    rule = S4


class NoSecondFactor(Conflict):
    """There is no second factor to confirm or remove."""

    pl = "Nie ma drugiego składnika do potwierdzenia ani usunięcia."
    rule = S4


class SecondFactorDemanded(Conflict):
    """Your centre demands a second factor of your role; only those who keep accounts remove it."""

    pl = "Ośrodek wymaga drugiego składnika od Twojej roli; usuwa go tylko prowadzący konta."
    rule = S4


def steps_around(now: datetime) -> tuple[int, ...]:
    """Return the step of an instant and its neighbours: clocks of phones differ a little."""
    step = int(now.timestamp()) // STEP
    return (step - 1, step, step + 1)


def spelled(code: str) -> str:
    """Return a recovery code as it is kept, however it was typed."""
    return "".join(letter for letter in code.lower() if letter.isalnum())
