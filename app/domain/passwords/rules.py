"""Which passwords are good enough (ASVS 6.2)."""

import unicodedata

from app.domain.errors import Invalid
from app.domain.law import FAMILY_SUPPORT, Certainty, Rule

SHORTEST = 15
LONGEST = 200
# Below this many guesses a password falls to lists and patterns; zxcvbn calls more "unguessable".
LEAST_GUESSES = 10**10

S2 = Rule(
    "S2",
    FAMILY_SUPPORT.art(7, 3),
    "Hasło ma co najmniej 15 znaków i nie składa się ze znanych haseł, powtórzeń ani słów ośrodka.",
    "A password has at least 15 characters and is not made of well-known passwords, repetitions or"
    " the words of the centre.",
    sure=Certainty.INTERPRETATION,
)


class PasswordTooCommon(Invalid):
    """This password is easy to guess: it is made of known passwords, patterns or words of yours."""

    pl = "To hasło łatwo odgadnąć: składa się ze znanych haseł, wzorów albo Twoich słów."
    rule = S2
    pointer = "#/password"


def composed(password: str) -> str:
    """Return a password in one spelling of its letters (NFC), whatever the keyboard sends."""
    return unicodedata.normalize("NFC", password)


def require_unguessable(guesses: float) -> None:
    """Refuse a password that takes fewer guesses than would be safe."""
    if guesses < LEAST_GUESSES:
        raise PasswordTooCommon
