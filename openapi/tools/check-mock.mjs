// Does the mock answer every operation's example with the success that the contract tells of?
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { requests } from "./requests.mjs";

const PATIENCE = 60_000; // milliseconds for the mock to read the contract
const AT_ONCE = 4;
const prism = new URL("../node_modules/@stoplight/prism-cli/dist/index.js", import.meta.url)
  .pathname;

const port = await freePort();
const mock = spawn(process.execPath, [prism, "mock", "v1.json", "--port", port], {
  stdio: "ignore",
});
try {
  const base = `http://127.0.0.1:${port}`;
  await listening(base);
  const all = requests(JSON.parse(readFileSync("v1.json", "utf8")));
  const left = [...all];
  const wrong = [];
  const ask = async () => {
    for (let one = left.shift(); one; one = left.shift()) {
      const answer = await asked(base, one);
      if (answer.status !== one.success) wrong.push(told(one, answer));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  wrong.forEach((line) => console.error(line));
  console.log(`${all.length - wrong.length} of ${all.length} operations answered as documented`);
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

/** Ask; once more where the mock had closed an idle connection in that moment. */
async function asked(base, { address, init }) {
  const answer = await fetch(base + address, init).catch(() => fetch(base + address, init));
  const body = await answer.text();
  return { status: answer.status, why: answer.headers.get("sl-violations") ?? body };
}

function told({ id, success, init }, { status, why }) {
  return `${id}: ${status}, not ${success}; sent ${init.body ?? "nothing"}; ${why}`;
}
