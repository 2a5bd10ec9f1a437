// What does not compile: if a line of these did, `@ts-expect-error` itself would be the error.
import type { Api } from "./client.js";

const ID = "00000000-0000-7000-8000-000000000000";
const header = { "Idempotency-Key": "12345678-key" };

export async function mistakes(api: Api): Promise<void> {
  // A value that the list does not have.
  await api.POST("/api/v1/signals", {
    params: { header },
    // @ts-expect-error
    body: { family_id: ID, received_on: "2026-03-10", source: "gossip", description: "…" },
  });
  // A command without the version that was read.
  await api.POST("/api/v1/referrals/{referral_id}/submission", {
    // @ts-expect-error
    params: { path: { referral_id: ID } },
  });
  // A creation without a key.
  await api.POST("/api/v1/cases/{case_id}/interviews", {
    // @ts-expect-error
    params: { path: { case_id: ID } },
    body: { started_on: "2026-03-10", place: "home" },
  });
  await api.POST("/api/v1/cases/{case_id}/interviews", {
    params: { path: { case_id: ID }, header },
    // A field that the body does not have.
    // @ts-expect-error
    body: { started_on: "2026-03-10", place: "home", mood: "good" },
  });
  await api.POST("/api/v1/cases/{case_id}/interviews", {
    params: { path: { case_id: ID }, header },
    // A field that the body needs.
    // @ts-expect-error
    body: { started_on: "2026-03-10" },
  });
  // A path that is not there.
  // @ts-expect-error
  await api.GET("/api/v1/families/{family_id}/pets", { params: { path: { family_id: ID } } });
  // A method that the path does not have.
  // @ts-expect-error
  await api.DELETE("/api/v1/families/{family_id}", { params: { path: { family_id: ID } } });
  // A state that a case is never in.
  const { data } = await api.GET("/api/v1/cases/{case_id}", { params: { path: { case_id: ID } } });
  // @ts-expect-error
  if (data?.state === "finished") return;
}
