// The manager: analysis, and the assistant who will work with the family.
import { accepted, refused } from "./answers.js";
import { newKey, type Person } from "./client.js";
import { say, sayRefused } from "./say.js";
import { onLatest } from "./versions.js";

/** Analyse the application and accept it with an assistant; doing so too early is refused. */
export async function assign(
  manager: Person,
  referralId: string,
  assistant: Person,
): Promise<void> {
  const path = { referral_id: referralId };
  const read = () =>
    accepted(manager.api.GET("/api/v1/referrals/{referral_id}", { params: { path } }));
  const key = newKey();
  const accept = () =>
    onLatest(read, (version) =>
      accepted(
        manager.api.POST("/api/v1/referrals/{referral_id}/acceptance", {
          params: { path, header: { "If-Match": version, "Idempotency-Key": key } },
          body: { assistant_id: assistant.me.id, letter_no: "12/2026" },
        }),
      ),
    );
  sayRefused(manager, "accepts before the analysis", await refused(accept()));
  await onLatest(read, (version) => {
    const params = { path, header: { "If-Match": version } };
    return accepted(manager.api.POST("/api/v1/referrals/{referral_id}/analysis", { params }));
  });
  say(manager, "began the analysis");
  // A refusal stores nothing: the same intention keeps its key.
  const { body: assignment } = await accept();
  say(manager, `assigned the assistant since ${assignment.starts_on}`);
}

/** Register a foster family in the care of the coordinator. */
export async function registerFosterFamily(
  manager: Person,
  coordinator: Person,
  today: string,
): Promise<string> {
  const { body: foster } = await accepted(
    manager.api.POST("/api/v1/foster-families", {
      params: { header: { "Idempotency-Key": newKey() } },
      body: {
        register_number: `RZ/${newKey().slice(0, 8)}`,
        town: "Białystok",
        kind: "foster_family",
      },
    }),
  );
  await accepted(
    manager.api.POST("/api/v1/foster-families/{foster_family_id}/coordinations", {
      params: { path: { foster_family_id: foster.id }, header: { "Idempotency-Key": newKey() } },
      body: {
        coordinator_id: coordinator.me.id,
        application_received_on: today,
        opinion_asked_on: today,
        starts_on: today,
      },
    }),
  );
  say(manager, "registered a foster family and appointed its coordinator");
  return foster.id;
}
