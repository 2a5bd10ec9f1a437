"""What a centre may set, and how far the statute lets it go."""

import re
from datetime import date

from app.domain.errors import Invalid
from app.domain.law import FAMILY_SUPPORT, PRACTICE, Certainty, Figure, Rule, Standing
from app.domain.terms import Term

CASELOAD = Figure(FAMILY_SUPPORT.art(15, 4), ((date(2011, 1, 1), 15),))
COORDINATOR_CASELOAD = Figure(FAMILY_SUPPORT.art(77, 4), ((date(2014, 9, 19), 15),))
ASSESSMENT_MONTHS = Figure(FAMILY_SUPPORT.art(15, 1, 15), ((date(2011, 1, 1), 6),))


def _local(rule_id: str, pl: str, en: str, *settings: str) -> Rule:
    return Rule(
        rule_id,
        PRACTICE.whole(),
        pl,
        en,
        sure=Certainty.LOCAL,
        standing=Standing.SETTING,
        settings=settings,
    )


A2 = _local(
    "A2",
    "Zgoda jest pisemna i następuje po ofercie.",
    "Consent is written and follows the offer.",
    "written_consent_required",
)
B10 = _local(
    "B10",
    "Pierwsza wizyta jest wspólna: asystent z pracownikiem socjalnym.",
    "The first visit is joint: assistant with social worker.",
    "joint_first_visit_required",
)
E8 = _local(
    "E8",
    "Kopię oceny otrzymuje pracownik socjalny, a przy dziecku w pieczy także koordynator.",
    "The social worker, and the coordinator of a child in care, get a copy of the assessment.",
)
E9 = _local(
    "E9",
    "Przegląd celów i sprawozdanie miesięczne.",
    "Review of goals and monthly report.",
    *("goal_review_months", "monthly_report"),
)
E10 = _local(
    "E10",
    "Najmniejsza częstotliwość kontaktów.",
    "Least frequency of contact.",
    *("contact_count", "contact_period_days"),
)
E11 = _local(
    "E11",
    "Godziny pracy asystenta.",
    "Working hours of assistants.",
    *("works_from", "works_to", "working_weekdays"),
)
E12 = _local(
    "E12",
    "W toku pracy rozważa się rodzinę wspierającą.",
    "A supporting family is considered during the work.",
    "supporting_family_required",
)
C13 = Rule(
    "C13",
    FAMILY_SUPPORT.art(15, 4),
    "Trudność pracy obniża liczbę rodzin: ośrodek może ustalić niższy limit.",
    "Difficulty lowers the number of families: a centre may set a lower limit.",
    settings=("family_limit",),
)
K8 = Rule(
    "K8",
    PRACTICE.whole(),
    "Kategorię archiwalną i okres przechowywania wyznacza JRWA ośrodka; ustawa ich nie podaje.",
    "Category and period of retention come from the centre's JRWA; the act gives none.",
    sure=Certainty.SECONDARY,
    standing=Standing.SETTING,
    settings=("retention_category", "retention_years"),
)
# B-10, B10, BE 5: so many full years, after BE an appraisal by the archive. A and Bc name none.
_YEARS = re.compile(r"BE?[\s-]*(\d{1,3})", re.IGNORECASE)


class LimitAboveStatute(Invalid):
    """The statute allows at most this many families at the same time."""

    pl = "Ustawa pozwala najwyżej na tyle rodzin jednocześnie."
    rule = C13


E6 = Rule(
    "E6",
    FAMILY_SUPPORT.art(15, 1, 15),
    "Okresowa ocena sytuacji rodziny nie rzadziej niż co pół roku.",
    "Periodic assessment of the family at least every half-year.",
)


class AssessmentTooRare(Invalid):
    """The statute demands an assessment at least every half-year."""

    pl = "Ustawa wymaga oceny nie rzadziej niż co pół roku."
    rule = E6


class SettingsInThePast(Invalid):
    """Settings take effect today or later; what was in force stays on record."""

    pl = "Ustawienia obowiązują od dziś lub później; wcześniejsze pozostają w historii."


class RetentionYearsBelowCategory(Invalid):
    """The centre's years are no fewer than its archival category names."""

    pl = "Lat przechowywania nie może być mniej, niż podaje kategoria archiwalna ośrodka."
    rule = K8
    pointer = "#/retention_years"


class WelfareCentreKind(Term):
    """What kind of unit the centre is."""

    OPS = "ops", "ośrodek pomocy społecznej", "social-welfare centre"
    MOPS = "mops", "miejski ośrodek pomocy społecznej", "municipal social-welfare centre"
    MOPR = "mopr", "miejski ośrodek pomocy rodzinie", "municipal family-support centre"
    CUS = "cus", "centrum usług społecznych", "social services centre"


class Weekday(Term):
    """A day of the week."""

    MONDAY = "monday", "poniedziałek", "Monday"
    TUESDAY = "tuesday", "wtorek", "Tuesday"
    WEDNESDAY = "wednesday", "środa", "Wednesday"
    THURSDAY = "thursday", "czwartek", "Thursday"
    FRIDAY = "friday", "piątek", "Friday"
    SATURDAY = "saturday", "sobota", "Saturday"
    SUNDAY = "sunday", "niedziela", "Sunday"


WEEK = tuple(Weekday)


def require_within_statute(
    family_limit: int, coordinator_limit: int, assessment_months: int, day: date
) -> None:
    """Refuse a limit above 15 (art. 15(4), 77(4)) or assessments rarer than half-yearly."""
    if family_limit > CASELOAD.on(day):
        raise LimitAboveStatute(limit=CASELOAD.on(day), asked=family_limit)
    if coordinator_limit > COORDINATOR_CASELOAD.on(day):
        raise LimitAboveStatute(limit=COORDINATOR_CASELOAD.on(day), asked=coordinator_limit)
    if assessment_months > ASSESSMENT_MONTHS.on(day):
        raise AssessmentTooRare(limit=ASSESSMENT_MONTHS.on(day), asked=assessment_months)


def require_not_past(valid_from: date, today: date) -> None:
    """Refuse settings that would change the past."""
    if valid_from < today:
        raise SettingsInThePast(valid_from=valid_from, today=today)


def years_of(category: str) -> int | None:
    """Return how many years an archival category names; None: it names none (A, Bc)."""
    named = _YEARS.fullmatch(category.strip())
    return int(named[1]) if named else None


def require_years(category: str | None, years: int | None) -> None:
    """Refuse settings whose years are fewer than their category names (K8)."""
    named = years_of(category) if category else None
    if named is not None and years is not None and years < named:
        raise RetentionYearsBelowCategory(retention_years=years)


class SettingsOverlap(Invalid):
    """Settings for this day exist already; correct them or choose another day."""

    pl = "Ustawienia na ten dzień już istnieją; wybierz inny dzień."


CONSTRAINTS = {"centre_settings_one_a_day": SettingsOverlap}
