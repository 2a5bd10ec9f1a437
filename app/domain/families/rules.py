"""What is known of a family and of its members."""

from app.domain.terms import Term


class FamilyRole(Term):
    """What somebody is in the family."""

    MOTHER = "mother", "matka", "mother"
    FATHER = "father", "ojciec", "father"
    PARTNER = "partner", "partner / partnerka rodzica", "parent's partner"
    GUARDIAN = "guardian", "opiekun", "guardian"
    CHILD = "child", "dziecko", "child"
    OTHER = "other", "inna osoba", "another person"


class ParentalAuthority(Term):
    """A parent's authority over the children (władza rodzicielska)."""

    FULL = "full", "pełna", "full"
    LIMITED = "limited", "ograniczona", "limited"
    SUSPENDED = "suspended", "zawieszona", "suspended"
    DEPRIVED = "deprived", "pozbawienie", "deprived"
    NONE = "none", "nie dotyczy", "not applicable"


HOLDING = frozenset({ParentalAuthority.FULL, ParentalAuthority.LIMITED})
