// The social worker: offer, consent, and the application for an assistant.
import { accepted, type Answer, type Schemas } from "./answers.js";
import { newKey, type Person } from "./client.js";
import type { Family } from "./intake.js";
import { say } from "./say.js";
import { onLatest } from "./versions.js";

/** Present the offer and record the mother's consent. */
export async function offerAndConsent(
  worker: Person,
  family: Family,
  today: string,
): Promise<void> {
  const path = { case_id: family.caseId };
  await accepted(
    worker.api.POST("/api/v1/cases/{case_id}/offers", {
      params: { path, header: { "Idempotency-Key": newKey() } },
      body: {
        presented_on: today,
        forms: ["counselling"],
        description: "Asystent rodziny.",
        materials_handed: true,
      },
    }),
  );
  await accepted(
    worker.api.POST("/api/v1/cases/{case_id}/consents", {
      params: { path, header: { "Idempotency-Key": newKey() } },
      body: {
        signed_on: today,
        signer_ids: [family.mother],
        form: "written",
        document_ref: "zgoda 1",
        scope: "Współpraca z asystentem rodziny.",
        information_clause_handed: true,
      },
    }),
  );
  say(worker, "presented the offer, recorded the consent");
}

/** Draft the application, change it once more, and submit it although an old version is at hand. */
export async function apply(worker: Person, family: Family): Promise<string> {
  const draft = await accepted(
    worker.api.POST("/api/v1/cases/{case_id}/referrals", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: {
        problems: ["opuszczone zajęcia"],
        proposed_scope: "Rytm dnia, nauka.",
        urgency: "ordinary",
      },
    }),
  );
  const path = { referral_id: draft.body.id };
  await accepted(
    worker.api.PATCH("/api/v1/referrals/{referral_id}", {
      params: { path, header: { "If-Match": draft.version } },
      body: { urgency: "urgent" },
    }),
  );
  // The draft's version is an old one now: a 412, the present one is read, and that holds.
  const tried: string[] = [];
  const submitted: Answer<Schemas["ReferralOut"]> = await onLatest(
    () => accepted(worker.api.GET("/api/v1/referrals/{referral_id}", { params: { path } })),
    (version) => {
      tried.push(version);
      const params = { path, header: { "If-Match": version } };
      return accepted(worker.api.POST("/api/v1/referrals/{referral_id}/submission", { params }));
    },
    draft,
  );
  say(
    worker,
    `submitted the application: ${submitted.body.state}, versions tried ${tried.join(" ")}`,
  );
  return submitted.body.id;
}
