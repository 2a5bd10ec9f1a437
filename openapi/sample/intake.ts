// The social worker: from the search for a family to the interview.
import { accepted, type Schemas } from "./answers.js";
import { newKey, type Person } from "./client.js";
import { everything } from "./pages.js";
import { say } from "./say.js";

/** What the later steps need to know of the family. */
export interface Family {
  caseId: string;
  mother: string;
  child: string;
}

/** Search, then record the family. The key makes a repeat harmless: nobody is recorded twice. */
export async function recordFamily(worker: Person): Promise<Schemas["FamilyOut"]> {
  const surname = "Kwiecińska";
  const { body: found } = await accepted(
    worker.api.POST("/api/v1/families/search", { body: { text: surname } }),
  );
  const members: Schemas["MemberIn"][] = [
    {
      role: "mother",
      first_name: "Anna",
      last_name: surname,
      born_on: "1994-02-03",
      parental_authority: "full",
    },
    { role: "child", first_name: "Jaś", last_name: "Kwieciński", born_on: "2019-05-06" },
  ];
  const body = {
    search_id: found.search_id,
    surname,
    street: "ul. Żabia 3/4",
    town: "Białystok",
    gmina: "2061011",
    district_id: await firstDistrict(worker),
    members,
  };
  const header = { "Idempotency-Key": newKey() };
  const record = () => accepted(worker.api.POST("/api/v1/families", { params: { header }, body }));
  const { body: family } = await record();
  const again = await record();
  const replayed = again.response.headers.get("Idempotency-Replayed");
  say(worker, `recorded the family; asked again with the same key: replayed ${replayed}`);
  return family;
}

async function firstDistrict(worker: Person): Promise<string> {
  const names = new Map<string, string>();
  const page = (query: { cursor?: string }) =>
    accepted(worker.api.GET("/api/v1/districts", { params: { query: { limit: 2, ...query } } }));
  for await (const district of everything(page)) names.set(district.name, district.id);
  const [first] = [...names].sort();
  if (!first) throw new Error("The centre has no district.");
  say(worker, `read ${names.size} districts, two a page`);
  return first[1];
}

/** Receive the signal: it opens the case. */
export async function receiveSignal(
  worker: Person,
  family: Schemas["FamilyOut"],
  today: string,
): Promise<Family> {
  const { body: signal } = await accepted(
    worker.api.POST("/api/v1/signals", {
      params: { header: { "Idempotency-Key": newKey() } },
      body: {
        family_id: family.id,
        received_on: today,
        source: "institution",
        institution: "Szkoła Podstawowa",
        description: "Dziecko od trzech tygodni nie przychodzi na lekcje.",
      },
    }),
  );
  say(worker, "received the signal");
  const member = (role: Schemas["MemberIn"]["role"]) => {
    const found = family.members.find((one) => one.role === role);
    if (!found) throw new Error(`The family has no ${role}.`);
    return found.id;
  };
  return { caseId: signal.case_id, mother: member("mother"), child: member("child") };
}

/** Interview the family at home; each child is heard, or the reason is said. */
export async function interview(worker: Person, family: Family, today: string): Promise<void> {
  const { body: started, version } = await accepted(
    worker.api.POST("/api/v1/cases/{case_id}/interviews", {
      params: { path: { case_id: family.caseId }, header: { "Idempotency-Key": newKey() } },
      body: { started_on: today, place: "home" },
    }),
  );
  // What was just created comes with its version: no need to read it again.
  await accepted(
    worker.api.POST("/api/v1/interviews/{interview_id}/completion", {
      params: { path: { interview_id: started.id }, header: { "If-Match": version } },
      body: {
        done_on: today,
        living_situation: "Mieszkanie komunalne, dwa pokoje.",
        problems: ["living", "social"],
        diagnosis: "Matka przeciążona opieką, silna więź z dzieckiem.",
        need: true,
        need_reason: "Rodzina potrzebuje pomocy asystenta.",
        children_heard: [{ person_id: family.child, heard: true }],
      },
    }),
  );
  say(worker, "completed the interview");
}
