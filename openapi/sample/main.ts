// One family's road, taken by four people over the API: `ASYSTA_URL=… node main.js`.
import { accepted } from "./answers.js";
import { apply, offerAndConsent } from "./application.js";
import { assessFinally } from "./assessment.js";
import { assign, registerFosterFamily } from "./assignment.js";
import { signIn } from "./client.js";
import { archive, close, monitor, proposeClosure } from "./ending.js";
import { interview, receiveSignal, recordFamily } from "./intake.js";
import { plan } from "./plan.js";
import { say } from "./say.js";
import { diagnose, firstVisit, place, visit } from "./work.js";

const worker = await signIn("pracownik1");
const manager = await signIn("kierownik");
const assistant = await signIn("asystent1");
const coordinator = await signIn("koordynator1");
await worker.session.renew();

// The server's day is the one that counts.
const { today } = (await accepted(worker.api.GET("/api/v1/worklist"))).body;
say(worker, `signed in and exchanged the tokens; today is ${today}`);

const recorded = await recordFamily(worker);
const family = await receiveSignal(worker, recorded, today);
await interview(worker, family, today);
await offerAndConsent(worker, family, today);
const referralId = await apply(worker, family);

await assign(manager, referralId, assistant);
const fosterFamilyId = await registerFosterFamily(manager, coordinator, today);

await firstVisit(assistant, worker, family, today);
await diagnose(assistant, family, today);
await place(assistant, family, fosterFamilyId, today);
await plan({ assistant, worker, coordinator }, family, today);
await visit(assistant, family, today);
await assessFinally(assistant, family, today);
await proposeClosure(assistant, family);

await close(manager, family, today);
await monitor(assistant, family, today);
await archive(manager, family, today);
