"""Who must be kept from children: declarations, records, registers (art. 12 UWR, 21 USEX)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.actor import Role
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.law import FAMILY_SUPPORT, MINORS_PROTECTION, Rule
from app.domain.terms import Term

C10 = Rule(
    "C10",
    FAMILY_SUPPORT.art(13, 1),
    "Wszczęcie postępowania o umyślne przestępstwo ścigane z oskarżenia publicznego zawiesza"
    " asystenta w obowiązkach.",
    "Proceedings for an intentional, publicly prosecuted crime suspend an assistant from duty.",
)
K3 = Rule(
    "K3",
    FAMILY_SUPPORT.art(7, 4),
    "Dane przetwarzają tylko osoby z pisemnym upoważnieniem administratora i pisemnym"
    " zobowiązaniem do zachowania tajemnicy.",
    "Only people with the controller's written authorisation and a written undertaking of secrecy"
    " may process data.",
)


class OffDuty(Forbidden):
    """You are suspended from duty: no work with families and no look into their files."""

    pl = "Jesteś zawieszony w pełnieniu obowiązków: bez pracy z rodzinami i wglądu w ich sprawy."
    rule = C10


class MaintenanceDuty(Term):
    """How it stands with a duty of maintenance (alimenty)."""

    NO_TITLE = "no_title", "brak tytułu egzekucyjnego", "no enforcement title exists"
    FULFILLED = "fulfilled", "obowiązek wypełniany", "fulfilled"
    NOT_FULFILLED = "not_fulfilled", "obowiązek niewypełniany", "not fulfilled"


class PersonRegister(Term):
    """A register in which people are looked up before they work with minors."""

    SEX_OFFENDER_LIMITED = (
        "sex_offender_limited",
        "Rejestr Sprawców Przestępstw na Tle Seksualnym z dostępem ograniczonym",
        "Sex Offenders Register with limited access",
    )
    COMMISSION = (
        "commission",
        "rejestr Państwowej Komisji (wykorzystanie seksualne małoletnich)",
        "register of the State Commission on sexual abuse of minors",
    )


class CheckResult(Term):
    """What a register said."""

    CLEAR = "clear", "nie figuruje", "not in the register"
    FOUND = "found", "figuruje", "found in the register"


class SuspensionCause(Term):
    """Why somebody is suspended."""

    CRIMINAL_PROCEEDINGS = (
        "criminal_proceedings",
        "postępowanie karne (art. 13 ust. 1)",
        "criminal proceedings (art. 13(1))",
    )
    REGISTER_ENTRY = "register_entry", "wpis w rejestrze sprawców", "found in a register"


VETTED = frozenset({Role.ASSISTANT, Role.FOSTER_CARE_COORDINATOR})

C5 = Rule(
    "C5",
    FAMILY_SUPPORT.art(12, 1, 2),
    "Asystent nie był pozbawiony władzy rodzicielskiej ani nie jest ona zawieszona i ograniczona.",
    "An assistant was never deprived of parental authority; it is not suspended or limited.",
)
C6 = Rule(
    "C6",
    FAMILY_SUPPORT.art(12, 1, 3),
    "Asystent wypełnia obowiązek alimentacyjny, jeżeli wynika on z tytułu egzekucyjnego.",
    "An assistant fulfils the duty of maintenance where an enforcement title imposes it.",
)
C7 = Rule(
    "C7",
    FAMILY_SUPPORT.art(12, 1, 4),
    "Asystent nie był prawomocnie skazany za umyślne przestępstwo lub przestępstwo skarbowe.",
    "An assistant has no final conviction for an intentional or an intentional fiscal crime.",
)
C8 = Rule(
    "C8",
    FAMILY_SUPPORT.art(12, 1, 5),
    "Asystent nie figuruje w Rejestrze Sprawców Przestępstw na Tle Seksualnym.",
    "An assistant is not in the Sex Offenders Register with limited access.",
)
J1 = Rule(
    "J1",
    MINORS_PROTECTION.art(21, 1),
    "Przed dopuszczeniem do pracy z małoletnimi sprawdza się rejestry; wydruk zostaje w aktach.",
    "Before anyone works with minors the registers are checked; the print-out stays in the file.",
)
J2 = Rule(
    "J2",
    MINORS_PROTECTION.art(21, 3),
    "Osoba przedkłada informację z Krajowego Rejestru Karnego.",
    "The person hands in a certificate of the National Criminal Register.",
)
J3 = Rule(
    "J3",
    MINORS_PROTECTION.art(21, 4),
    "Kto mieszkał za granicą w ostatnich 20 latach, przedkłada informacje z tamtych państw.",
    "Who lived abroad in the last 20 years hands in the records of those countries.",
)


class NotAdmitted(Forbidden):
    """You are not admitted to work: no work with families and no look into their files."""

    pl = "Nie dopuszczono Cię do pracy: bez pracy z rodzinami i wglądu w ich sprawy."
    rule = J1


class WorkerBlocked(Conflict):
    """The account of this person is blocked: they can't see a family, so they are given none."""

    pl = "Konto tej osoby jest zablokowane: nie zobaczy rodziny, więc jej nie dostaje."
    rule = K3


class WorkerNotAuthorised(Conflict):
    """This person holds no data-processing authorisation in force on that day: no new families."""

    pl = "Ta osoba nie ma w tym dniu upoważnienia do przetwarzania danych: bez nowych rodzin."
    rule = K3


class ParentalAuthorityInDoubt(Invalid):
    """The declaration of untouched parental authority is missing."""

    pl = "Brak oświadczenia o nienaruszonej władzy rodzicielskiej."
    rule = C5


class MaintenanceInDoubt(Invalid):
    """The declaration of a fulfilled (or absent) duty of maintenance is missing."""

    pl = "Brak oświadczenia o wypełnianiu obowiązku alimentacyjnego albo o braku tytułu."
    rule = C6


class ConvictionInDoubt(Invalid):
    """It is not shown that there is no conviction for an intentional crime."""

    pl = "Nie wykazano niekaralności za przestępstwo umyślne."
    rule = C7


class RegisterCheckMissing(Invalid):
    """The last check of the Sex Offenders Register is missing or not clear."""

    pl = "Brak czystego wyniku sprawdzenia w Rejestrze Sprawców Przestępstw na Tle Seksualnym."
    rule = C8


class CommissionCheckMissing(Invalid):
    """The last check of the State Commission's register is missing or not clear."""

    pl = "Brak czystego wyniku sprawdzenia w rejestrze Państwowej Komisji."
    rule = J1


class CriminalRecordMissing(Invalid):
    """The certificate of the National Criminal Register is missing."""

    pl = "Brak informacji z Krajowego Rejestru Karnego."
    rule = J2


class ForeignRecordsMissing(Invalid):
    """The criminal records of the countries where this person lived are missing."""

    pl = "Brak informacji z rejestrów karnych państw zamieszkania."
    rule = J3


REFUSALS = (
    *(ParentalAuthorityInDoubt, MaintenanceInDoubt, ConvictionInDoubt, RegisterCheckMissing),
    *(CommissionCheckMissing, CriminalRecordMissing, ForeignRecordsMissing),
)

CHECKS: dict[PersonRegister, type[Invalid]] = {
    PersonRegister.SEX_OFFENDER_LIMITED: RegisterCheckMissing,
    PersonRegister.COMMISSION: CommissionCheckMissing,
}


@dataclass(frozen=True, slots=True)
class Vetted:
    """What somebody has declared; in which registers the last check was clear, or found them."""

    authority_intact: bool = False
    maintenance: MaintenanceDuty = MaintenanceDuty.NOT_FULFILLED
    no_conviction: bool = False
    has_record: bool = False
    lived_abroad: bool = False
    has_foreign_records: bool = False
    clear: frozenset[PersonRegister] = frozenset()
    found: frozenset[PersonRegister] = frozenset()


def vetted(said: Mapping[str, Any]) -> Vetted:
    """Read the facts of a profile as the database tells them."""
    return Vetted(
        bool(said["parental_authority_intact"]),
        MaintenanceDuty(said["maintenance_duty"] or MaintenanceDuty.NOT_FULFILLED),
        bool(said["no_conviction"]),
        said["criminal_record_ref"] is not None,
        bool(said["countries_abroad"]),
        said["foreign_records_ref"] is not None,
        frozenset(PersonRegister(register) for register in said["clear"]),
        frozenset(PersonRegister(register) for register in said["found"]),
    )


def shortcomings(facts: Vetted, roles: frozenset[Role]) -> Iterator[type[Invalid]]:
    """Yield what still stands against work with children.

    Everybody may work who is found in no register (art. 7b(1) UWR); the checks themselves are
    asked of those who work with children.
    """
    if not roles & VETTED:
        yield from (kind for register, kind in CHECKS.items() if register in facts.found)
        return
    conditions = (
        (facts.authority_intact, ParentalAuthorityInDoubt),
        (facts.maintenance != MaintenanceDuty.NOT_FULFILLED, MaintenanceInDoubt),
        (facts.no_conviction, ConvictionInDoubt),
        *((register in facts.clear, kind) for register, kind in CHECKS.items()),
        (facts.has_record, CriminalRecordMissing),
        (facts.has_foreign_records or not facts.lived_abroad, ForeignRecordsMissing),
    )
    yield from (kind for met, kind in conditions if not met)


def require_can_act(standing: str) -> None:
    """Refuse a person whose every request would be refused on a day; `standing` says why (K3)."""
    if standing == "account_inactive":
        raise WorkerBlocked
    if standing == "no_data_authorisation":
        raise WorkerNotAuthorised
