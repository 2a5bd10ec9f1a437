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


class Sphere(Term):
    """The five spheres of a family's life that diagnoses, plans and assessments speak of."""

    LIVING = "living", "socjalno-bytowa", "living conditions"
    PSYCHOLOGICAL = "psychological", "psychologiczna", "psychological"
    VOCATIONAL = "vocational", "zawodowa", "vocational"
    SOCIAL = "social", "społeczna", "social"
    HEALTH = "health", "zdrowotna", "health"


HOLDING = frozenset({ParentalAuthority.FULL, ParentalAuthority.LIMITED})
