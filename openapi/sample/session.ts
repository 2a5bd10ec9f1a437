// Signing in, and staying signed in.
import createClient from "openapi-fetch";
import type { paths } from "../generated/schema.js";
import { accepted, type Schemas } from "./answers.js";

export const baseUrl = process.env["ASYSTA_URL"] ?? "http://127.0.0.1:8000";
const EARLY = 30_000; // milliseconds before its end at which a token is exchanged

const visitor = createClient<paths>({ baseUrl });

interface Tokens {
  access: string;
  refresh: string;
  until: number;
}

function kept(session: Schemas["SessionOut"]): Tokens {
  const until = Date.now() + session.expires_in * 1000 - EARLY;
  return { access: session.access_token, refresh: session.refresh_token, until };
}

/** One person's tokens. A refresh token is good once, so there is one exchange at a time. */
export class Session {
  #tokens: Promise<Tokens>;

  constructor(credentials: Schemas["SessionIn"]) {
    const signedIn = accepted(visitor.POST("/api/v1/sessions", { body: credentials }));
    this.#tokens = signedIn.then(({ body }) => kept(body));
  }

  /** Exchange the tokens for the next pair. */
  renew(): Promise<Tokens> {
    this.#tokens = this.#tokens.then(exchanged);
    return this.#tokens;
  }

  /** Return an access token that is still good. */
  async token(): Promise<string> {
    this.#tokens = this.#tokens.then((held) => (Date.now() < held.until ? held : exchanged(held)));
    return (await this.#tokens).access;
  }
}

async function exchanged({ refresh }: Tokens): Promise<Tokens> {
  const body = { refresh_token: refresh };
  return kept((await accepted(visitor.POST("/api/v1/sessions/refresh", { body }))).body);
}
