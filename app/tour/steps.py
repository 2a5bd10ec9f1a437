"""The steps of the tour and the refusals shown on the way, in order."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from app.demo.client import Answer, Desk
from app.demo.work_road import WorkJourney
from app.domain.access.rules import K1, K11
from app.domain.cases.rules import A1, A5, B1, B4, B5, B6, E2, E13, E14, TRANSFERS, WORK
from app.domain.centres.rules import B10, C13, E6
from app.domain.deadlines.rules import E1
from app.domain.law import Rule

Walk = Callable[["Tour"], Coroutine[Any, Any, Answer]]


class Tour(WorkJourney):
    """A journey that also tries what must be refused."""

    other_assistant: Desk
    other_assistant_id: str = ""
    foster_family: str = ""

    async def skip_the_search(self) -> Answer:
        """Try to record a family without searching for it first."""
        nothing = "00000000-0000-7000-8000-000000000000"
        said = {"search_id": nothing, "surname": "Nowak", "town": self.office.town}
        return await self.office.social_worker.post(
            "/families", said | {"gmina": self.office.gmina}
        )

    async def decide_too_early(self) -> Answer:
        """Try to assign an assistant before the application is analysed."""
        return await self.accept()

    async def raise_the_limit(self) -> Answer:
        """Try to set sixteen families per assistant."""
        said = {"valid_from": self.day(-1), "family_limit": 16}
        return await self.office.manager.post("/centre/settings", said)

    async def look_from_outside(self) -> Answer:
        """Try to read the case as an assistant who does not work with the family."""
        return await self.other_assistant.get(self.case)

    async def visit_in_the_future(self) -> Answer:
        """Try to record a visit of tomorrow."""
        today = self.today
        self.today = lambda: today().fromordinal(today().toordinal() + 1)
        try:
            return await self.visit()
        finally:
            self.today = today

    async def plan_without_effects(self) -> Answer:
        """Try a plan whose action has no expected effect."""
        goal = self.goal(("social", "Nauka", "Kontakt z wychowawcą", ""), weeks=4)
        del goal["actions"][0]["expected_effect"]
        said = {"valid_from": self.day(), "goals": [goal], "participants": self.parents[:1]}
        return await self.office.assistant.post(f"{self.case}/plans", said)

    async def overwrite_blindly(self) -> Answer:
        """Try to give a command with a version that is no longer the present one."""
        path = f"/assessments/{self.ids['assessment']}"
        return await self.office.assistant.post(f"{path}/signature", {}, 1)

    async def transfer(self) -> Answer:
        """Transfer the family to another assistant; the assessment clock goes on."""
        said = {
            "to_assistant_id": self.other_assistant_id,
            "on": self.day(),
            "reason": "Zmiana podziału rejonów między asystentami.",
            "requested_by": "manager",
            "handover_note": "Plan w toku, najbliższa wizyta w czwartek.",
            "family_informed": True,
        }
        answer = await self.command(self.office.manager, self.case, "transfers", said)
        self.office.assistant, self.other_assistant = self.other_assistant, self.office.assistant
        return answer

    async def place(self) -> Answer:
        """Record that the child was placed in a foster family."""
        return await self.place_child(self.foster_family)

    async def read_as_coordinator(self) -> Answer:
        """Read the case as the coordinator of the placed child."""
        return await self.office.coordinator.get(self.case)

    async def final_draft(self) -> Answer:
        """Start the final assessment."""
        return await self.draft_assessment("final")

    async def final_words(self) -> Answer:
        """Fill in the final assessment."""
        return await self.fill_assessment("close")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who takes it, on what basis, and (for a refusal) what must be answered."""

    who: str
    what: str
    rule: Rule
    walk: Walk
    refused: str | None = None


SW, MG, FA, FC = "social worker", "manager", "assistant", "coordinator"
STEPS: tuple[Step, ...] = (
    Step(SW, "records a family without searching", K1, Tour.skip_the_search, "K1"),
    Step(SW, "searches, then records the family", K1, Tour.record_family),
    Step(SW, "receives a signal", B1, Tour.receive_signal),
    Step(SW, "starts the environmental interview", B1, Tour.start_interview),
    Step(SW, "completes it with the diagnosis", B4, Tour.complete_interview),
    Step(SW, "presents the offer", A1, Tour.present_offer),
    Step(SW, "records the written consent", A1, Tour.give_consent),
    Step(SW, "drafts the application", B5, Tour.draft_application),
    Step(SW, "submits it", B5, Tour.submit_application),
    Step(MG, "assigns before the analysis", B6, Tour.decide_too_early, "illegal_step"),
    Step(MG, "begins the analysis", B6, Tour.begin_analysis),
    Step(MG, "sets sixteen families per assistant", C13, Tour.raise_the_limit, "C13"),
    Step(MG, "assigns the assistant", B6, Tour.accept),
    Step(FA, "(another one) looks into the case", K11, Tour.look_from_outside, "not_found"),
    Step(FA, "visits before the joint first visit", B10, Tour.visit, "B10"),
    Step(FA, "records the joint first visit", B10, Tour.hold_first_visit),
    Step(SW, "confirms it", B10, Tour.confirm_first_visit),
    Step(FA, "makes the diagnosis in five spheres", WORK, Tour.diagnose),
    Step(FA, "drafts a plan without effects", E1, Tour.plan_without_effects, "E1"),
    Step(FA, "drafts the work plan", E2, Tour.draft_plan),
    Step(FA, "activates it without consultation", E2, Tour.activate_plan, "E2"),
    Step(SW, "consults the plan", E2, Tour.consult_plan),
    Step(FA, "activates the plan", E2, Tour.activate_plan),
    Step(FA, "records a visit of tomorrow", WORK, Tour.visit_in_the_future, "visit_in_future"),
    Step(FA, "records a visit", WORK, Tour.visit),
    Step(MG, "transfers the family to another assistant", TRANSFERS, Tour.transfer),
    Step(FA, "(the new one) records a visit", WORK, Tour.visit),
    Step(FA, "records the placement of the child", A5, Tour.place),
    Step(FC, "sees the family now", K11, Tour.read_as_coordinator),
    Step(FA, "revises the plan", E2, Tour.revise_plan),
    Step(SW, "consults it", E2, Tour.consult_plan),
    Step(FA, "activates it without the coordinator", E2, Tour.activate_plan, "E3"),
    Step(FC, "agrees the plan", E2, Tour.agree_plan),
    Step(FA, "activates the new version", E2, Tour.activate_plan),
    Step(FA, "drafts the periodic assessment", E6, Tour.draft_assessment),
    Step(FA, "fills it in", E6, Tour.fill_assessment),
    Step(FA, "signs an old version", E6, Tour.overwrite_blindly, "stale"),
    Step(FA, "signs it", E6, Tour.sign_assessment),
    Step(FA, "hands it over: the clock starts anew", E6, Tour.hand_over_assessment),
    Step(MG, "receives it", E6, Tour.receive_assessment),
    Step(FA, "proposes closure", E13, Tour.propose_closure),
    Step(MG, "closes without a final assessment", E13, Tour.close, "E13"),
    Step(FA, "drafts the final assessment", E13, Tour.final_draft),
    Step(FA, "fills it in", E13, Tour.final_words),
    Step(FA, "signs it", E13, Tour.sign_assessment),
    Step(FA, "hands it over", E13, Tour.hand_over_assessment),
    Step(MG, "closes the case: monitoring begins", E13, Tour.close),
    Step(FA, "checks on the family", E14, Tour.check),
    Step(MG, "ends the monitoring: archive", E14, Tour.end_monitoring),
)
