"""The second half of a family's road: diagnosis, plan, visits, assessments, closure, monitoring."""

from typing import Any

from app.demo import texts
from app.demo.client import Answer
from app.demo.intake_road import Journey


class WorkJourney(Journey):
    """A family with whom the assistant works."""

    async def diagnose(self) -> Answer:
        """Make the assistant's diagnosis in five spheres."""
        said = {
            "made_on": self.day(),
            "spheres": [
                {"sphere": goal[0], "level": "at_risk", "description": f"Do pracy: {goal[1]}."}
                for goal in texts.GOALS
            ],
            "parenting": "Rodzice kochają dzieci, brakuje konsekwencji i stałych zasad.",
            "strengths": self.rng.sample(texts.STRENGTHS, 2),
            "resources_held": "Mieszkanie, rodzina w pobliżu.",
            "resources_at_risk": "Dochód z pracy dorywczej.",
            "resources_missing": "Stałe zatrudnienie.",
            "crisis_causes": "Utrata pracy i rozstanie rodziców.",
            "children": [
                {"person_id": child, "needs": "Spokój, stały rytm dnia.", "heard": True}
                for child in self.children
            ],
        }
        return await self.office.assistant.post(f"{self.case}/diagnoses", said)

    async def draft_plan(self, *, reason: str | None = None) -> Answer:
        """Draft the work plan: goals, actions, deadlines, expected effects."""
        goals = self.rng.sample(texts.GOALS, 3)
        said = {
            "valid_from": self.day(),
            "goals": [self.goal(goal, weeks=6 + 4 * n) for n, goal in enumerate(goals)],
            "participants": self.parents[:1],
            "resources": "Wsparcie rodziny, pedagog szkolny, poradnia.",
        }
        if reason:
            said["reason"] = reason
        plan = await self.office.assistant.post(f"{self.case}/plans", said)
        self.ids["plan"] = plan.id
        return self.remember(f"/plans/{plan.id}", plan)

    def goal(self, goal: tuple[str, str, str, str], weeks: int) -> dict[str, Any]:
        """Write one goal with one action, due in some weeks."""
        sphere, name, action, effect = goal
        due = self.day(-7 * weeks)
        said = {"action": action, "due_on": due, "expected_effect": effect, "who": "both"}
        return {"sphere": sphere, "goal": name, "owner": "client", "actions": [said]}

    async def consult_plan(self) -> Answer:
        """Consult the plan with the social worker."""
        said = {"consulted_on": self.day(), "opinion": "Plan odpowiada potrzebom rodziny."}
        path = f"/plans/{self.ids['plan']}"
        return await self.command(self.office.social_worker, path, "consultation", said)

    async def agree_plan(self) -> Answer:
        """Agree the plan with the coordinator of the placed child."""
        said = {"agreed_on": self.day(), "child_plan_ref": "PPD/7/2026", "remarks": "Zgodny."}
        path = f"/plans/{self.ids['plan']}"
        return await self.command(self.office.coordinator, path, "agreement", said)

    async def activate_plan(self) -> Answer:
        """Activate the plan that the family has signed."""
        said = {"signed_by": self.parents[:1]}
        path = f"/plans/{self.ids['plan']}"
        return await self.command(self.office.assistant, path, "activation", said)

    async def complete_action(self) -> Answer:
        """Complete the next action of the plan."""
        path = f"/plans/{self.ids['plan']}"
        plan = self.remember(path, await self.office.assistant.get(path))
        done = {progress["action_id"] for progress in plan["progress"]}
        actions = [action["id"] for goal in plan["goals"] for action in goal["actions"]]
        action = next(action for action in actions if action not in done)
        said = {"done_on": self.day(), "effect": "achieved", "note": "Zrobione razem z rodziną."}
        command = f"actions/{action}/completion"
        return await self.command(self.office.assistant, path, command, said)

    async def review_goals(self) -> Answer:
        """Review the goals with the family."""
        said = {"reviewed_on": self.day(), "remarks": "Cele aktualne, tempo odpowiada rodzinie."}
        path = f"/plans/{self.ids['plan']}"
        return await self.command(self.office.assistant, path, "goal-reviews", said)

    async def revise_plan(self) -> Answer:
        """Draft a new version of the plan, with its reason."""
        return await self.draft_plan(reason="Umieszczenie dziecka w rodzinie zastępczej.")

    async def visit(self) -> Answer:
        """Visit the family and record it."""
        said = {
            "held_on": self.day(),
            "begins": "15:00",
            "ends": "16:30",
            "kind": "home_visit",
            "place": "home",
            "present": [*self.parents[:1], *self.children[:1]],
            "tasks": ["household", "parenting"],
            "topics": "Rytm dnia, obowiązki, sprawy bieżące.",
            "arrangements_family": "Zebrać zaświadczenia do wniosku.",
            "arrangements_assistant": "Umówić wizytę w poradni.",
            "notes": self.rng.choice(texts.VISITS),
        }
        return await self.office.assistant.post(f"{self.case}/visits", said)

    async def place_child(self, foster_family_id: str) -> Answer:
        """Record that a child was placed in a foster family."""
        said = {
            "person_id": self.children[0],
            "form": "family",
            "starts_on": self.day(),
            "legal_basis": "court_order",
            "reference": "III Nsm 12/26",
            "foster_family_id": foster_family_id,
            "tasks_performed_by": "coordinator",
            "notice_received_on": self.day(),
        }
        return await self.office.assistant.post(f"{self.case}/placements", said)

    async def suspend(self) -> Answer:
        """Suspend the cooperation, as the manager: the family is away."""
        said = {"reason": "hospital", "starts_on": self.day(), "review_on": self.day(-30)}
        return await self.command(self.office.manager, self.case, "suspension", said)

    async def withdraw_consent(self) -> Answer:
        """Record that the mother withdrew her consent; the risk review is mandatory."""
        said = {
            "withdrawn_on": self.day(),
            "signer_id": self.parents[0],
            "form": "written",
            "reason": "Rodzina chce radzić sobie sama.",
            "risk_to_children": False,
            "continues_without": False,
        }
        path = f"/consents/{self.ids['consent']}"
        return await self.command(self.office.social_worker, path, "withdrawal", said)

    async def draft_assessment(self, kind: str = "periodic") -> Answer:
        """Start an assessment: it comes pre-filled from the plan and the last one."""
        said = {"kind": kind, "period_to": self.day()}
        assessment = await self.office.assistant.post(f"{self.case}/assessments", said)
        self.ids["assessment"] = assessment.id
        return self.remember(f"/assessments/{assessment.id}", assessment)

    async def fill_assessment(self, conclusion: str = "continue") -> Answer:
        """Fill in the assessment."""
        path = f"/assessments/{self.ids['assessment']}"
        draft = await self.office.assistant.get(path)
        said = {
            "goals": [
                {"goal_id": goal["goal_id"], "rating": "partly", "comment": "Widać postęp."}
                for goal in draft["goals"]
            ],
            "spheres": [
                {"sphere": goal[0], "change": "improved", "text": "Poprawa, wymaga utrwalenia."}
                for goal in texts.GOALS
            ],
            "involvement": "Matka obecna na wszystkich wizytach, sama proponuje kolejne kroki.",
            "children": self.heard(),
            "supporting_family_considered": True,
            "supporting_family_note": "Rozważono; babcia pełni tę rolę nieformalnie.",
            "conclusion": conclusion,
            "conclusions_text": "Kontynuować pracę nad celami planu.",
        }
        assert draft.version is not None
        filled = await self.office.assistant.patch(path, said, draft.version)
        return self.remember(path, filled)

    async def sign_assessment(self) -> Answer:
        """Sign the assessment."""
        path = f"/assessments/{self.ids['assessment']}"
        return await self.command(self.office.assistant, path, "signature")

    async def hand_over_assessment(self) -> Answer:
        """Hand the assessment over: the clock of half a year starts again."""
        path = f"/assessments/{self.ids['assessment']}"
        said = {"handed_over_on": self.day()}
        return await self.command(self.office.assistant, path, "handover", said)

    async def receive_assessment(self) -> Answer:
        """Receive the assessment, as the manager."""
        path = f"/assessments/{self.ids['assessment']}"
        return await self.command(self.office.manager, path, "receipt")

    async def assess(self, kind: str = "periodic", conclusion: str = "continue") -> Answer:
        """Take an assessment from draft to receipt."""
        await self.draft_assessment(kind)
        await self.fill_assessment(conclusion)
        await self.sign_assessment()
        await self.hand_over_assessment()
        return await self.receive_assessment()

    async def propose_closure(self) -> Answer:
        """Propose to close the case."""
        said = {
            "kind": "closure",
            "closure_reason": "goals_achieved",
            "text": "Cele planu osiągnięte.",
        }
        return await self.office.assistant.post(f"{self.case}/motions", said)

    async def close(self) -> Answer:
        """Close the case, as the manager; the assistant goes on monitoring."""
        said = {
            "reason": "goals_achieved",
            "closed_on": self.day(),
            "effects": "Rodzina samodzielnie prowadzi dom, dzieci chodzą do szkoły.",
            "recommendations": "Kontakt z pedagogiem szkolnym.",
            "monitoring": True,
        }
        return await self.command(self.office.manager, self.case, "closure", said)

    async def check(self) -> Answer:
        """Check on the family in monitoring."""
        said = {
            "checked_on": self.day(),
            "mode": "visit",
            "situation": self.rng.choice(texts.RISKS),
            "risk": "none",
        }
        return await self.office.assistant.post(f"{self.case}/monitoring-checks", said)

    async def end_monitoring(self) -> Answer:
        """End the monitoring: the case goes to the archive."""
        said = {
            "ended_on": self.day(),
            "outcome": "Rodzina radzi sobie sama.",
            "retention_category": "B-10",
        }
        return await self.command(self.office.manager, self.case, "monitoring-end", said)
