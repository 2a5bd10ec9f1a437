// A signed-in person's typed client.
import { randomUUID } from "node:crypto";
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "../generated/schema.js";
import { accepted, type Schemas } from "./answers.js";
import { baseUrl, Session } from "./session.js";

export type Api = Client<paths>;

/** Somebody at work: who they are, and the API as they see it. */
export interface Person {
  api: Api;
  me: Schemas["MeOut"];
  session: Session;
}

/** Sign in; from now on every request carries a good token. */
export async function signIn(login: string): Promise<Person> {
  const centre = process.env["ASYSTA_CENTRE"] ?? "bialystok";
  const session = new Session({ centre, login, password: "demo-asysta-2026" });
  const api = createClient<paths>({ baseUrl, headers: { "Accept-Language": "en" } });
  api.use({
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${await session.token()}`);
      if (request.method === "PATCH") {
        request.headers.set("Content-Type", "application/merge-patch+json");
      }
      return request;
    },
  });
  const { body: me } = await accepted(api.GET("/api/v1/me"));
  return { api, me, session };
}

/** One key per intention: made when the button is pressed, sent again with every repeat. */
export function newKey(): string {
  return randomUUID();
}
