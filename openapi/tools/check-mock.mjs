// Does the mock take every operation's example, and give the answer that the contract tells?
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { PAPER, requests } from "./requests.mjs";

const PATIENCE = 60_000; // milliseconds for the mock to read the contract
const AT_ONCE = 4;
const prism = new URL("../node_modules/@stoplight/prism-cli/dist/index.js", import.meta.url);

const port = await freePort();
const mock = spawn(process.execPath, [prism.pathname, "mock", "v1.json", "--port", port], {
  stdio: "ignore",
});
try {
  const base = `http://127.0.0.1:${port}`;
  await listening(base);
  const all = requests(JSON.parse(readFileSync("v1.json", "utf8")));
  const left = [...all];
  const wrong = [];
  const ask = async () => {
    for (let one = left.shift(); one; one = left.shift()) wrong.push(...(await faults(base, one)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  wrong.forEach((line) => console.error(line));
  const bodies = all.filter(({ init }) => init.body).length;
  console.log(`${all.length} operations, ${bodies} with a body, ${wrong.length} not as documented`);
  process.exitCode = wrong.length ? 1 : 0;
} finally {
  mock.kill();
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function listening(base) {
  const until = Date.now() + PATIENCE;
  while (mock.exitCode === null && Date.now() < until) {
    const up = await fetch(`${base}/health/live`).then(
      () => true,
      () => false,
    );
    if (up) return;
    await pause(100);
  }
  throw new Error(`The mock did not come up in ${PATIENCE / 1000} seconds.`);
}

/** Say what is not as documented: the status, what the mock itself complains of, or the body. */
async function faults(base, { id, address, init, success, answer }) {
  // A mock that had just closed an idle connection is asked once more.
  const got = await fetch(base + address, init).catch(() => fetch(base + address, init));
  const text = await got.text();
  const violations = got.headers.get("sl-violations");
  if (got.status !== success || violations) {
    const sent = init.body ?? "nothing";
    return [`${id}: ${got.status}, not ${success}; sent ${sent}; ${violations ?? text}`];
  }
  if (answer === PAPER) {
    const type = got.headers.get("content-type");
    return type === PAPER ? [] : [`${id}: ${type}, not ${PAPER}`];
  }
  const body = text ? JSON.parse(text) : undefined;
  return isDeepStrictEqual(body, answer) ? [] : [`${id}: not the answer of its example: ${text}`];
}
