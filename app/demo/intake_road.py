"""The first half of a family's road over the API: from the notice to the joint first visit."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from faker import Faker

from app.demo import texts
from app.demo.client import Answer, Desk


@dataclass(slots=True)
class Office:
    """Who works on the case (desk and account id), and where the family lives."""

    social_worker: Desk
    manager: Desk
    assistant: Desk
    coordinator: Desk
    social_worker_id: str
    assistant_id: str
    coordinator_id: str
    district_id: str | None
    gmina: str
    town: str
    postcode: str
    street: str


@dataclass(slots=True)
class Journey:
    """One family on its way; each method is one act, in the order of §2.1."""

    office: Office
    rng: random.Random
    fake: Faker
    today: Callable[[], date]
    ids: dict[str, str] = field(default_factory=dict)
    parents: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def case(self) -> str:
        """Return the path of the case."""
        return f"/cases/{self.ids['case']}"

    def day(self, ago: int = 0) -> str:
        """Write a day `ago` days before today."""
        return (self.today() - timedelta(days=ago)).isoformat()

    async def record_family(self) -> Answer:
        """Search first, then record the family with its members."""
        surname = self.fake.last_name_female()
        search = {"text": surname, "limit": 5}
        found = await self.office.social_worker.post("/families/search", search)
        said = {
            "search_id": found["search_id"],
            "surname": surname,
            "street": f"{self.office.street} {self.rng.randint(1, 90)}/{self.rng.randint(1, 40)}",
            "postcode": self.office.postcode,
            "town": self.office.town,
            "gmina": self.office.gmina,
            "phone": f"+48 5{self.rng.randint(10, 99)} {self.rng.randint(100, 999)} 000",
            "district_id": self.office.district_id,
            "members": self._members(surname),
        }
        family = await self.office.social_worker.post("/families", said)
        self.ids["family"] = family.id
        members = sorted(family["members"], key=lambda member: bool(member["role"] != "mother"))
        for member in members:
            (self.children if member["role"] == "child" else self.parents).append(member["id"])
        return family

    def _members(self, surname: str) -> list[dict[str, Any]]:
        mother = self._member("mother", self.fake.first_name_female(), surname, (22, 44))
        members = [mother | {"parental_authority": "full"}]
        if self.rng.random() < 0.3:
            father = self._member("father", self.fake.first_name_male(), surname, (25, 50))
            members.append(father | {"parental_authority": "limited", "participates": False})
        for _ in range(self.rng.randint(1, 3)):
            first = self.rng.choice((self.fake.first_name_female, self.fake.first_name_male))()
            members.append(self._member("child", first, surname, (1, 15)))
        return members

    def _member(
        self, role: str, first_name: str, surname: str, ages: tuple[int, int]
    ) -> dict[str, Any]:
        years = self.rng.randint(*ages)
        born = self.today() - timedelta(days=365 * years + self.rng.randint(0, 364))
        return {
            "first_name": first_name,
            "last_name": surname,
            "role": role,
            "born_on": born.isoformat(),
        }

    async def receive_signal(self, *, urgent: bool = False) -> Answer:
        """Receive a signal: the case is opened, the interview is due."""
        said = {
            "family_id": self.ids["family"],
            "received_on": self.day(),
            "source": "institution",
            "institution": "Szkoła Podstawowa",
            "urgent": urgent,
            "description": self.rng.choice(texts.SIGNALS),
        }
        signal = await self.office.social_worker.post("/signals", said)
        self.ids["signal"], self.ids["case"] = signal.id, signal["case_id"]
        return signal

    async def start_interview(self) -> Answer:
        """Start the environmental interview."""
        said = {"started_on": self.day(), "place": "home"}
        interview = await self.office.social_worker.post(f"{self.case}/interviews", said)
        self.ids["interview"] = interview.id
        return self.remember(f"/interviews/{interview.id}", interview)

    async def complete_interview(self, *, need: bool = True) -> Answer:
        """Complete the interview with the diagnosis; each child is heard, or the reason said."""
        path = f"/interviews/{self.ids['interview']}"
        said = {
            "done_on": self.day(),
            "living_situation": "Mieszkanie komunalne, dwa pokoje, ogrzewanie elektryczne.",
            "problems": ["living", "social"],
            "diagnosis": self.rng.choice(texts.DIAGNOSES),
            "need": need,
            "need_reason": "Rodzina potrzebuje pomocy asystenta."
            if need
            else "Rodzina radzi sobie.",
            "children_heard": self.heard(),
        }
        return await self.command(self.office.social_worker, path, "completion", said)

    def heard(self) -> list[dict[str, Any]]:
        """Say for each child that it was heard (art. 4a UWR)."""
        return [{"person_id": child, "heard": True} for child in self.children]

    async def present_offer(self) -> Answer:
        """Present the offer of help."""
        said = {
            "presented_on": self.day(),
            "forms": ["counselling", "services"],
            "support": [],
            "description": "Asystent rodziny, konsultacje w PPP, dożywianie w szkole.",
            "materials_handed": True,
        }
        return await self.office.social_worker.post(f"{self.case}/offers", said)

    async def give_consent(self) -> Answer:
        """Record the mother's written consent."""
        said = {
            "signed_on": self.day(),
            "signer_ids": self.parents[:1],
            "form": "written",
            "document_ref": f"zgoda {self.rng.randint(1, 400)}/{self.today().year}",
            "scope": "Współpraca z asystentem rodziny, wizyty w domu.",
            "information_clause_handed": True,
        }
        consent = await self.office.social_worker.post(f"{self.case}/consents", said)
        self.ids["consent"] = consent.id
        return consent

    async def refuse_consent(self) -> Answer:
        """Record that the family refused."""
        said = {
            "refused_on": self.day(),
            "by": self.parents[:1],
            "form": "oral",
            "note": "Matka nie chce asystenta; przyjmuje pomoc rzeczową.",
            "court_notice_considered": True,
            "court_notice_reason": "Dzieci są bezpieczne, zawiadomienie sądu niepotrzebne.",
        }
        return await self.office.social_worker.post(f"{self.case}/consent-refusals", said)

    async def draft_application(self) -> Answer:
        """Draft the application for an assistant."""
        said = {
            "problems": ["zaległości w opłatach", "opuszczone zajęcia szkolne"],
            "proposed_scope": "Prowadzenie gospodarstwa domowego, regularna nauka dzieci.",
            "urgency": "ordinary",
        }
        referral = await self.office.social_worker.post(f"{self.case}/referrals", said)
        self.ids["referral"] = referral.id
        return self.remember(self.referral, referral)

    async def command(
        self, desk: Desk, path: str, command: str, body: dict[str, Any] | None = None
    ) -> Answer:
        """Give a command on something that exists, with the version that was read last."""
        version = self.versions.pop(path, None) or (await desk.get(path)).version
        answer = await desk.post(f"{path}/{command}", body, version)
        return self.remember(path, answer)

    def remember(self, path: str, answer: Answer) -> Answer:
        """Keep the version of a resource for the next command on it."""
        if answer.version is not None and path.endswith(answer.id):
            self.versions[path] = answer.version
        return answer

    @property
    def referral(self) -> str:
        """Return the path of the application."""
        return f"/referrals/{self.ids['referral']}"

    async def submit_application(self) -> Answer:
        """Submit the application to the manager."""
        return await self.command(self.office.social_worker, self.referral, "submission")

    async def begin_analysis(self) -> Answer:
        """Begin the manager's analysis."""
        return await self.command(self.office.manager, self.referral, "analysis")

    async def accept(self, assistant_id: str | None = None) -> Answer:
        """Accept the application and assign the assistant."""
        said = {"assistant_id": assistant_id or self.office.assistant_id, "letter_no": "12/2026"}
        return await self.command(self.office.manager, self.referral, "acceptance", said)

    async def hold_first_visit(self) -> Answer:
        """Hold the joint first visit: the assistant records it."""
        said = {
            "held_on": self.day(),
            "begins": "10:00",
            "ends": "11:30",
            "place": "home",
            "present": self.parents[:1],
            "social_worker_id": self.office.social_worker_id,
            "rules_discussed": True,
            "cooperation_rules": {
                "meeting_frequency": "dwa razy w tygodniu",
                "meeting_place": "w domu rodziny",
                "duties_of_family": "Obecność na wizytach, praca nad celami planu.",
                "duties_of_assistant": "Wsparcie, punktualność, poufność.",
                "cancelling": "Telefonicznie, najpóźniej dzień wcześniej.",
            },
        }
        visit = await self.office.assistant.post(f"{self.case}/first-visit", said)
        self.ids["first_visit"] = visit.id
        return self.remember(f"/visits/{visit.id}", visit)

    async def confirm_first_visit(self) -> Answer:
        """Confirm the first visit: the social worker was there."""
        path = f"/visits/{self.ids['first_visit']}"
        return await self.command(self.office.social_worker, path, "confirmation")
