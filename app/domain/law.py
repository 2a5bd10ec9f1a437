"""The acts that we cite, how a citation prints, figures with their dates, and rules.

Nothing here decides; each capability's `rules.py` holds the rules themselves. A rule's id is the
one of the rule book (`C12`), `sure` says how sure its reading is.
"""

from dataclasses import dataclass
from datetime import date

from app.domain.terms import Term


@dataclass(frozen=True, slots=True)
class Act:
    """A legal act, or a centre's practice; `subdivision` is ust. or § below an article."""

    key: str
    pl: str
    en: str
    journal: str
    subdivision: str = "ust."

    def art(
        self, article: int | str, part: int | str = "", point: int | str = "", letter: str = ""
    ) -> "Citation":
        """Cite an article: `art(15, 4)` prints as „art. 15 ust. 4”."""
        return Citation(self, f"art. {article}" + self._below(part, point, letter))

    def par(
        self, paragraph: int | str, part: int | str = "", point: int | str = "", letter: str = ""
    ) -> "Citation":
        """Cite a paragraph of a regulation: `par(3, 2)` prints as „§ 3 ust. 2”."""
        return Citation(self, f"§ {paragraph}" + self._below(part, point, letter))

    def whole(self) -> "Citation":
        """Cite the act as such: for practice that has no articles."""
        return Citation(self, "")

    def _below(self, part: int | str, point: int | str, letter: str) -> str:
        named = ((self.subdivision, part), ("pkt", point), ("lit.", letter))
        return "".join(f" {name} {value}" for name, value in named if value != "")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an act; prints as officials write it."""

    act: Act
    place: str

    def __str__(self) -> str:
        """Write the citation in full, with the journal."""
        named = f"{self.place} {self.act.pl}".strip()
        return f"{named} ({self.act.journal})" if self.act.journal else named


FAMILY_SUPPORT = Act(
    "UWR",
    "ustawy z dnia 9 czerwca 2011 r. o wspieraniu rodziny i systemie pieczy zastępczej",
    "Act of 9 June 2011 on Family Support and the Foster Care System",
    "Dz.U. 2026 poz. 980",
)
SOCIAL_ASSISTANCE = Act(
    "UPS",
    "ustawy z dnia 12 marca 2004 r. o pomocy społecznej",
    "Social Assistance Act of 12 March 2004",
    "Dz.U. 2026 poz. 639",
)
INTERVIEWS = Act(
    "WYW",
    "rozporządzenia z dnia 8 kwietnia 2021 r. w sprawie rodzinnego wywiadu środowiskowego",
    "Regulation of 8 April 2021 on the family environmental interview",
    "Dz.U. 2021 poz. 893",
)
TRAINING = Act(
    "SZK",
    "rozporządzenia z dnia 9 grudnia 2011 r. w sprawie szkoleń na asystenta rodziny",
    "Regulation of 9 December 2011 on training for family assistants",
    "Dz.U. 2011 nr 272 poz. 1608",
)
MINORS_PROTECTION = Act(
    "USEX",
    "ustawy z dnia 13 maja 2016 r. o przeciwdziałaniu zagrożeniom przestępczością na tle"
    " seksualnym i ochronie małoletnich",
    "Act of 13 May 2016 on counteracting the threat of sexual offences and protecting minors",
    "Dz.U. 2024 poz. 1802",
)
FAMILY_CODE = Act(
    "KRO",
    "Kodeksu rodzinnego i opiekuńczego",
    "Family and Guardianship Code",
    "Dz.U. 2026 poz. 236",
    subdivision="§",
)
INSTITUTIONAL_CARE = Act(
    "RIPZ",
    "rozporządzenia z dnia 22 grudnia 2011 r. w sprawie instytucjonalnej pieczy zastępczej",
    "Regulation of 22 December 2011 on institutional foster care",
    "Dz.U. 2011 nr 292 poz. 1720",
)
FOR_LIFE = Act(
    "UZZ",
    "ustawy z dnia 4 listopada 2016 r. o wsparciu kobiet w ciąży i rodzin „Za życiem”",
    "Act of 4 November 2016 on support for pregnant women and families “For Life”",
    "Dz.U. 2024 poz. 1829",
)
DOMESTIC_VIOLENCE = Act(
    "UPPD",
    "ustawy z dnia 29 lipca 2005 r. o przeciwdziałaniu przemocy domowej",
    "Act of 29 July 2005 on counteracting domestic violence",
    "Dz.U. 2024 poz. 1673",
)
GDPR = Act(
    "RODO",
    "rozporządzenia (UE) 2016/679 (RODO)",
    "Regulation (EU) 2016/679 (GDPR)",
    "Dz.U. UE L 119 z 2016 r.",
)
PRACTICE = Act(
    "PRAKTYKA", "praktyka ośrodka (ustawienie)", "practice of the centre (a setting)", ""
)


class Certainty(Term):
    """How sure the reading of a rule is."""

    LAW = "law", "zweryfikowana w tekście aktu", "verified in the text of the act"
    SECONDARY = (
        "secondary",
        "zweryfikowana tylko w źródle wtórnym",
        "verified in a secondary source only",
    )
    LOCAL = "local", "praktyka lokalna", "local practice"
    INTERPRETATION = "interpretation", "wykładnia", "interpretation"
    UNFOUND = "unfound", "nie znaleziono źródła", "no source was found"


class Standing(Term):
    """What the product does with a rule."""

    ENFORCED = "enforced", "egzekwowana", "enforced"
    SETTING = "setting", "ustawienie ośrodka", "a setting of the centre"
    NOT_APPLICABLE = "not_applicable", "nie dotyczy", "not applicable"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule of the rule book: what it says, where it stands, what the product does with it.

    Each is written once, so it is compared by what it is. `settings` names what of it a centre may
    set.
    """

    id: str
    basis: Citation
    pl: str
    en: str
    sure: Certainty = Certainty.LAW
    standing: Standing = Standing.ENFORCED
    reason: str = ""
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A statutory number with the date from which it is in force, and its source.

    `steps` are (in force from, value) in ascending order; an amendment adds a step.
    """

    basis: Citation
    steps: tuple[tuple[date, int], ...]

    def on(self, day: date) -> int:
        """Return the value in force on a day; days before the first step take the first."""
        in_force = [value for start, value in self.steps if start <= day]
        return in_force[-1] if in_force else self.steps[0][1]
