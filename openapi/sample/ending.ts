// The end: the motion to close, the closure, monitoring, the archive.
import { accepted } from "./answers.js";
import { newKey, type Person } from "./client.js";
import type { Family } from "./intake.js";
import { say } from "./say.js";
import { onLatest } from "./versions.js";

/** Move to close the case. */
export async function proposeClosure(assistant: Person, family: Family): Promise<void> {
  await accepted(
    assistant.api.POST("/api/v1/cases/{case_id}/motions", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: { kind: "closure", closure_reason: "goals_achieved", text: "Cele planu osiągnięte." },
    }),
  );
  say(assistant, "moved to close the case");
}

/** Close the case; the assistant goes on monitoring the family. */
export async function close(manager: Person, family: Family, today: string): Promise<void> {
  const path = { case_id: family.caseId };
  const key = newKey();
  await onLatest(reading(manager, family), (version) =>
    accepted(
      manager.api.POST("/api/v1/cases/{case_id}/closure", {
        params: { path, header: { "If-Match": version, "Idempotency-Key": key } },
        body: {
          reason: "goals_achieved",
          closed_on: today,
          effects: "Rodzina samodzielnie prowadzi dom.",
          recommendations: "Kontakt z pedagogiem szkolnym.",
          monitoring: true,
        },
      }),
    ),
  );
  say(manager, `closed the case: ${await state(manager, family)}`);
}

/** Check on the family after the closure. */
export async function monitor(assistant: Person, family: Family, today: string): Promise<void> {
  await accepted(
    assistant.api.POST("/api/v1/cases/{case_id}/monitoring-checks", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: {
        checked_on: today,
        mode: "visit",
        situation: "Dom zadbany, dziecko w szkole.",
        risk: "none",
      },
    }),
  );
  say(assistant, "checked on the family");
}

/** End the monitoring; the case goes to the archive. */
export async function archive(manager: Person, family: Family, today: string): Promise<void> {
  const path = { case_id: family.caseId };
  await onLatest(reading(manager, family), (version) =>
    accepted(
      manager.api.POST("/api/v1/cases/{case_id}/monitoring-end", {
        params: { path, header: { "If-Match": version } },
        body: { ended_on: today, outcome: "Rodzina radzi sobie sama.", retention_category: "B-10" },
      }),
    ),
  );
  say(manager, `ended the monitoring: ${await state(manager, family)}`);
}

function reading(person: Person, family: Family) {
  const params = { path: { case_id: family.caseId } };
  return () => accepted(person.api.GET("/api/v1/cases/{case_id}", { params }));
}

async function state(person: Person, family: Family): Promise<string> {
  return (await reading(person, family)()).body.state;
}
