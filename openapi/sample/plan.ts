// The work plan: drafted by the assistant, consulted, agreed, activated. Too early it is refused.
import { accepted, refused } from "./answers.js";
import { newKey, type Person } from "./client.js";
import type { Family } from "./intake.js";
import { say, sayButtons, sayRefused } from "./say.js";
import { onLatest } from "./versions.js";

const DAY = 86_400_000; // milliseconds

/** Who has a part in the plan. */
export interface Team {
  assistant: Person;
  worker: Person;
  coordinator: Person;
}

/** Take a plan from draft to activation. */
export async function plan(team: Team, family: Family, today: string): Promise<void> {
  const planId = await draft(team.assistant, family, today);
  const early = await refused(activate(team.assistant, planId, family));
  sayRefused(team.assistant, "activates the plan without consultation", early);
  await showButtons(team.assistant, planId);
  await consult(team.worker, planId, today);
  await agree(team.coordinator, planId, today);
  const { body: active } = await activate(team.assistant, planId, family);
  say(team.assistant, `activated the plan: ${active.state}`);
}

async function draft(assistant: Person, family: Family, today: string): Promise<string> {
  const due = new Date(Date.parse(today) + 42 * DAY).toISOString().slice(0, 10);
  const { body: drafted } = await accepted(
    assistant.api.POST("/api/v1/cases/{case_id}/plans", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: {
        valid_from: today,
        participants: [family.mother],
        goals: [
          {
            sphere: "social",
            goal: "Jaś chodzi do szkoły",
            owner: "client",
            actions: [
              {
                action: "Rozmowa z wychowawcą",
                due_on: due,
                expected_effect: "Stały kontakt",
                who: "both",
              },
            ],
          },
        ],
      },
    }),
  );
  say(assistant, "drafted the plan");
  return drafted.id;
}

/** Read the plan as this person sees it, with its version. */
function reading(person: Person, planId: string) {
  const params = { path: { plan_id: planId } };
  return () => accepted(person.api.GET("/api/v1/plans/{plan_id}", { params }));
}

function activate(assistant: Person, planId: string, family: Family) {
  return onLatest(reading(assistant, planId), (version) => {
    const params = { path: { plan_id: planId }, header: { "If-Match": version } };
    const body = { signed_by: [family.mother] };
    return accepted(assistant.api.POST("/api/v1/plans/{plan_id}/activation", { params, body }));
  });
}

async function showButtons(assistant: Person, planId: string): Promise<void> {
  const { body: shown } = await reading(assistant, planId)();
  sayButtons(assistant, shown.allowed_actions);
}

async function consult(worker: Person, planId: string, today: string): Promise<void> {
  await onLatest(reading(worker, planId), (version) => {
    const params = { path: { plan_id: planId }, header: { "If-Match": version } };
    const body = { consulted_on: today, opinion: "Plan odpowiada potrzebom rodziny." };
    return accepted(worker.api.POST("/api/v1/plans/{plan_id}/consultation", { params, body }));
  });
  say(worker, "consulted the plan");
}

async function agree(coordinator: Person, planId: string, today: string): Promise<void> {
  const { body: desk } = await accepted(coordinator.api.GET("/api/v1/worklist"));
  const waiting = desk.waiting.find(({ subject_id }) => subject_id === planId);
  say(coordinator, `worklist: ${waiting?.label.en ?? "nothing of this plan"}`);
  await onLatest(reading(coordinator, planId), (version) => {
    const params = { path: { plan_id: planId }, header: { "If-Match": version } };
    const body = { agreed_on: today, child_plan_ref: "PPD/7/2026", remarks: "Zgodny." };
    return accepted(coordinator.api.POST("/api/v1/plans/{plan_id}/agreement", { params, body }));
  });
  say(coordinator, "agreed the plan, for the placed child");
}
