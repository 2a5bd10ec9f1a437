// What comes back: an answer with its version, or a refusal that is thrown.
import type { components } from "../generated/schema.js";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** What the server sent, and the version to say back as `If-Match`. */
export interface Answer<T> {
  body: T;
  version: string;
  response: Response;
}

/** The server said no; `problem` says why, by `code` and with the article. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    const places = problem.errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
    super([`${problem.status} ${problem.code} ${problem.title}`, ...places].join("; "));
  }
}

/** What a call of openapi-fetch resolves to. */
interface Outcome<T> {
  data?: T;
  error?: Problem;
  response: Response;
}

/** Wait for an answer; throw if it is a refusal. */
export async function accepted<T>(asked: Promise<Outcome<T>>): Promise<Answer<T>> {
  const { data, error, response } = await asked;
  if (error) throw new Refused(error);
  return { body: data as T, version: response.headers.get("ETag") ?? "", response };
}

/** Wait for a refusal that must come, and return it. */
export async function refused(asked: Promise<unknown>): Promise<Problem> {
  try {
    await asked;
  } catch (no) {
    if (no instanceof Refused) return no.problem;
    throw no;
  }
  throw new Error("This was accepted and should have been refused.");
}
