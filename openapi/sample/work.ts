// The assistant at work: first visit, diagnosis, visits, and a child's placement.
import { accepted } from "./answers.js";
import { newKey, type Person } from "./client.js";
import type { Family } from "./intake.js";
import { say } from "./say.js";
import { onLatest } from "./versions.js";

/** Each is looked at once, in a diagnosis and in an assessment. */
export const SPHERES = ["living", "psychological", "vocational", "social", "health"] as const;

/** Hold the first visit together: the assistant records it, the social worker confirms it. */
export async function firstVisit(
  assistant: Person,
  worker: Person,
  family: Family,
  today: string,
): Promise<void> {
  const { body: visit } = await accepted(
    assistant.api.POST("/api/v1/cases/{case_id}/first-visit", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: {
        held_on: today,
        begins: "10:00",
        ends: "11:30",
        place: "home",
        present: [family.mother],
        social_worker_id: worker.me.id,
        rules_discussed: true,
        cooperation_rules: {
          meeting_frequency: "dwa razy w tygodniu",
          meeting_place: "w domu rodziny",
          duties_of_family: "Obecność na wizytach, praca nad celami planu.",
          duties_of_assistant: "Wsparcie, punktualność, poufność.",
          cancelling: "Telefonicznie, najpóźniej dzień wcześniej.",
        },
      },
    }),
  );
  say(assistant, "recorded the first visit");
  const path = { visit_id: visit.id };
  await onLatest(
    () => accepted(worker.api.GET("/api/v1/visits/{visit_id}", { params: { path } })),
    (version) => {
      const params = { path, header: { "If-Match": version } };
      return accepted(worker.api.POST("/api/v1/visits/{visit_id}/confirmation", { params }));
    },
  );
  say(worker, "confirmed it");
}

/** Make the diagnosis in five spheres. */
export async function diagnose(assistant: Person, family: Family, today: string): Promise<void> {
  await accepted(
    assistant.api.POST("/api/v1/cases/{case_id}/diagnoses", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: {
        made_on: today,
        spheres: SPHERES.map((sphere) => ({
          sphere,
          level: "at_risk" as const,
          description: "Do pracy.",
        })),
        parenting: "Matka kocha dziecko, brakuje stałych zasad.",
        strengths: ["gotowość do zmiany"],
        crisis_causes: "Utrata pracy.",
        children: [{ person_id: family.child, needs: "Stały rytm dnia.", heard: true }],
      },
    }),
  );
  say(assistant, "made the diagnosis");
}

/** Visit the family and record it. */
export async function visit(assistant: Person, family: Family, today: string): Promise<void> {
  const { body: held } = await accepted(
    assistant.api.POST("/api/v1/cases/{case_id}/visits", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: {
        held_on: today,
        begins: "15:00",
        ends: "16:30",
        kind: "home_visit",
        place: "home",
        present: [family.mother],
        tasks: ["household", "parenting"],
        topics: "Rytm dnia, obowiązki, sprawy bieżące.",
        notes: "Dom posprzątany, obiad ugotowany wspólnie.",
      },
    }),
  );
  say(assistant, `recorded a visit, with ${held.warnings.length} warnings`);
}

/** Record that the child was placed in a foster family. */
export async function place(
  assistant: Person,
  family: Family,
  fosterFamilyId: string,
  today: string,
): Promise<void> {
  await accepted(
    assistant.api.POST("/api/v1/cases/{case_id}/placements", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: {
        person_id: family.child,
        form: "family",
        starts_on: today,
        legal_basis: "court_order",
        reference: "III Nsm 12/26",
        foster_family_id: fosterFamilyId,
        tasks_performed_by: "coordinator",
        notice_received_on: today,
      },
    }),
  );
  say(assistant, "recorded the placement of the child");
}
