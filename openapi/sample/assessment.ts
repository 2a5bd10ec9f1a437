// The final assessment: drafted, filled in, signed, handed over.
import { accepted, type Schemas } from "./answers.js";
import { newKey, type Person } from "./client.js";
import type { Family } from "./intake.js";
import { say } from "./say.js";
import { SPHERES } from "./work.js";

/** Take the final assessment to its hand-over; each answer's version leads to the next step. */
export async function assessFinally(
  assistant: Person,
  family: Family,
  today: string,
): Promise<void> {
  const { api } = assistant;
  const draft = await accepted(
    api.POST("/api/v1/cases/{case_id}/assessments", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: { kind: "final", period_to: today },
    }),
  );
  const path = { assessment_id: draft.body.id };
  const filled = await accepted(
    api.PATCH("/api/v1/assessments/{assessment_id}", {
      params: { path, header: { "If-Match": draft.version } },
      body: {
        goals: draft.body.goals.map(rated),
        spheres: SPHERES.map((sphere) => ({
          sphere,
          change: "improved" as const,
          text: "Poprawa.",
        })),
        involvement: "Matka obecna na wszystkich wizytach.",
        children: [{ person_id: family.child, heard: true }],
        supporting_family_considered: true,
        supporting_family_note: "Rozważono; babcia pełni tę rolę nieformalnie.",
        conclusion: "close",
        conclusions_text: "Cele osiągnięte.",
      },
    }),
  );
  const signed = await accepted(
    api.POST("/api/v1/assessments/{assessment_id}/signature", {
      params: { path, header: { "If-Match": filled.version } },
    }),
  );
  const handedOver = await accepted(
    api.POST("/api/v1/assessments/{assessment_id}/handover", {
      params: { path, header: { "If-Match": signed.version } },
      body: { handed_over_on: today },
    }),
  );
  say(assistant, `signed the final assessment and handed it over: ${handedOver.body.state}`);
}

function rated({ goal_id }: Schemas["RatedGoalOut"]): Schemas["GoalRated"] {
  return { goal_id, rating: "partly", comment: "Widać postęp." };
}
