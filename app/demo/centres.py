"""The demo centres: offices and settings as the centres publish them; people are invented."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoCentre:
    """A centre with what it has set; all that is not said keeps the rule book's default."""

    code: str
    name: str
    kind: str
    gmina: str
    town: str
    address: str
    postcode: str
    phone: str
    email: str
    districts: tuple[str, ...]
    streets: tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict)

    def office(self) -> dict[str, str]:
        """Return what the register of centres says of it."""
        names = ("code", "name", "gmina", "address", "phone", "email")
        return {name: getattr(self, name) for name in names}


CENTRES = (
    DemoCentre(
        code="bialystok",
        name="Miejski Ośrodek Pomocy Rodzinie w Białymstoku",
        kind="mopr",
        gmina="2061011",
        town="Białystok",
        address="ul. Icchoka Malmeda 8, 15-440 Białystok",
        postcode="15-440",
        phone="+48 85 678 31 00",
        email="sekretariat@mopr.example",
        districts=("Rejon 1 – Śródmieście", "Rejon 2 – Antoniuk", "Rejon 3 – Nowe Miasto"),
        streets=("ul. Lipowa", "ul. Świętojańska", "ul. Żabia", "ul. Zwierzyniecka", "ul. Ciepła"),
        settings={
            "contact_count": 2,
            "contact_period_days": 7,
            "works_from": "08:00",
            "works_to": "20:00",
        },
    ),
    DemoCentre(
        code="dabrowa-bialostocka",
        name="Miejski Ośrodek Pomocy Społecznej w Dąbrowie Białostockiej",
        kind="mops",
        gmina="2011023",
        town="Dąbrowa Białostocka",
        address="ul. Solidarności 1, 16-200 Dąbrowa Białostocka",
        postcode="16-200",
        phone="+48 85 711 00 00",
        email="sekretariat@mops-dabrowa.example",
        districts=("Miasto", "Gmina – wsie"),
        streets=("ul. Generała Sulika", "ul. Wyzwolenia", "ul. Łąkowa", "ul. Kościelna"),
        settings={
            "written_consent_required": True,
            "joint_first_visit_required": True,
            "assessment_months": 6,
            "supporting_family_required": True,
        },
    ),
    DemoCentre(
        code="augustow",
        name="Miejski Ośrodek Pomocy Społecznej w Augustowie",
        kind="mops",
        gmina="2001011",
        town="Augustów",
        address="ul. Młyńska 35, 16-300 Augustów",
        postcode="16-300",
        phone="+48 87 643 00 00",
        email="sekretariat@mops-augustow.example",
        districts=("Rejon Lipowiec", "Rejon Śródmieście"),
        streets=("ul. Nadrzeczna", "ul. Brzostowskiego", "ul. Rajgrodzka", "ul. Wypusty"),
        settings={"goal_review_months": 3, "contact_count": 2, "contact_period_days": 7},
    ),
    DemoCentre(
        code="zielona-gora",
        name="Miejski Ośrodek Pomocy Społecznej w Zielonej Górze",
        kind="mops",
        gmina="0862011",
        town="Zielona Góra",
        address="ul. Długa 13, 65-401 Zielona Góra",
        postcode="65-401",
        phone="+48 68 411 50 00",
        email="sekretariat@mops-zielonagora.example",
        districts=("Rejon Jędrzychów", "Rejon Zacisze", "Rejon Centrum"),
        streets=(
            "ul. Jędrzychowska",
            "ul. Źródlana",
            "ul. Winna",
            "ul. Krakowska",
            "ul. Wyspiańskiego",
        ),
        settings={
            "duty_hours": [
                {"weekday": "monday", "begins": "07:30", "ends": "10:30"},
                {"weekday": "thursday", "begins": "07:30", "ends": "10:30"},
            ]
        },
    ),
)
