// What the sample prints: who did what.
import type { Problem, Schemas } from "./answers.js";
import type { Person } from "./client.js";

export function say(person: Person, what: string): void {
  console.log(`${(person.me.roles[0] ?? "").padEnd(23)} ${what}`);
}

export function sayRefused(person: Person, what: string, no: Problem): void {
  say(person, `${what}: refused, ${no.status} ${no.code} ${no.title} [${no.legal_basis ?? "-"}]`);
}

/** Say which buttons a screen would show, and why one of them would be grey. */
export function sayButtons(person: Person, buttons: Schemas["AllowedActionOut"][]): void {
  for (const { label, allowed, reason, legal_basis } of buttons) {
    const grey = reason ? `grey: ${reason.en} [${legal_basis}]` : "grey";
    say(person, `  button “${label.en}” ${allowed ? "live" : grey}`);
  }
}
