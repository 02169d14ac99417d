// What an operator sees of runs under /massgen/runs of the built command, and what its clients see of theirs.
import { readFrames } from "@massgen/openai-shapes";
import { gated, startMassgen, text } from "@massgen/upstream";
import { expect, test } from "vitest";
import { runMassgen } from "./massgen-process.ts";
import { startRig, type Rig } from "./contract/rig.ts";
import { send } from "./contract/wire.ts";
import { draftOf, teamScript } from "./script.ts";
import { openaiTeam } from "./team.ts";

const config = openaiTeam(
  ["ada", "bob", "cyd"],
  `history: all
teams:
  deep: { agents: [ada, bob, cyd] }
  fast: { agents: [bob] }
server:
  admin_key_file: admins
  client_keys:
    - { name: ui, key: key-of-the-ui }
    - { name: jobs, key: key-of-the-jobs }
`,
);
const admin = "key-of-the-operator";
const env = { MASSGEN_SERVER_ADMIN_KEY: admin };
const files = { admins: "# who is on call\non-call: key-of-who-is-on-call\n" };

interface Asked {
  readonly key?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

async function see(url: string, path: string, { key = admin, method = "GET", headers = {} }: Asked = {}) {
  const response = await send(url, undefined, {
    method,
    path: `/massgen/runs${path}`,
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
  const body = await response.rest();
  return { status: response.status, body };
}

async function json(...asked: Parameters<typeof see>): Promise<Record<string, unknown>> {
  return JSON.parse((await see(...asked)).body) as Record<string, unknown>;
}

async function ids(url: string, query: string, key = admin): Promise<readonly unknown[]> {
  const { data } = (await json(url, query, { key })) as { data: { id: string }[] };
  return data.map(({ id }) => id);
}

/** Asks a team, and returns the id of its run. */
async function run(rig: Rig, key: string, model: string, more: object = {}): Promise<string> {
  const body = { model, messages: [{ role: "user", content: `Ask ${model}` }], ...more };
  const response = await send(rig.url, body, { headers: { authorization: `Bearer ${key}` } });
  await response.rest();
  return String(response.headers["x-massgen-run-id"]);
}

/** The numbers of the events in a stream. */
const numbersIn = (stream: string): readonly number[] =>
  [...stream.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

test("an operator lists, filters, reads and follows runs; a client its own", async () => {
  await using rig = await startRig({ config, env, files });
  rig.play(teamScript({ votesFor: "cyd-model" }));
  const first = await run(rig, "key-of-the-ui", "massgen/deep");
  const second = await run(rig, "key-of-the-jobs", "massgen/fast");
  const third = await run(rig, "key-of-the-ui", "massgen/fast");
  await expect.poll(() => ids(rig.url, "")).toEqual([third, second, first]);
  expect(await ids(rig.url, "", "key-of-who-is-on-call")).toEqual([third, second, first]);
  expect(await ids(rig.url, "", "key-of-the-ui")).toEqual([third, first]);
  expect(await ids(rig.url, "?team=fast")).toEqual([third, second]);
  expect(await ids(rig.url, "?team=massgen/deep")).toEqual([first]);
  expect(await ids(rig.url, "?outcome=single&limit=1")).toEqual([third]);
  expect(await ids(rig.url, `?limit=2&after=${third}`)).toEqual([second, first]);
  expect(await ids(rig.url, "?model=bob-model&degraded=false")).toEqual([third, second]);
  expect((await see(rig.url, `/${first}`, { key: "key-of-the-jobs" })).status).toBe(404);
  expect((await see(rig.url, "", { key: "no-key" })).status).toBe(401);

  expect(await json(rig.url, `/${first}`)).toMatchObject({
    id: first,
    owner: "ui",
    team: "massgen/deep",
    winner: "cyd",
    question: "Ask massgen/deep",
    candidates: [{ agent: "ada" }, { agent: "bob" }, { agent: "cyd" }],
    receipt: { team: "deep", calls: { made: 7 } },
  });
  const whole = (await see(rig.url, `/${first}/events`)).body;
  const numbers = numbersIn(whole);
  expect(numbers).toEqual(numbers.map((_, at) => at));
  expect(whole).toContain('"type":"run-finished"');
  const rest = await see(rig.url, `/${first}/events`, { headers: { "last-event-id": "6" } });
  expect(numbersIn(rest.body)).toEqual(numbers.slice(7));
  expect((await see(rig.url, `/${second}`, { method: "DELETE" })).status).toBe(200);
  expect(await ids(rig.url, "", "key-of-the-jobs")).toEqual([]);
  expect(rig.massgen.stderr()).not.toContain("key-of-");
});

test("an operator looks into a run under way, and has it answer or end", async () => {
  await using rig = await startRig({ config, env, files });
  const gate = Promise.withResolvers<void>();
  rig.play(
    teamScript({
      draft: async ({ model }) =>
        model === "ada-model" ? text(draftOf(model)) : gated(text(draftOf(model)), gate.promise),
    }),
  );
  const body = { model: "massgen/deep", messages: [{ role: "user", content: "Why?" }], stream: true };
  const headers = { authorization: "Bearer key-of-the-ui", "x-massgen-events": "1" };
  const begin = () => send(rig.url, body, { headers });
  const hurried = await begin();
  const path = `/${String(hurried.headers["x-massgen-run-id"])}`;
  await expect
    .poll(() => json(rig.url, path), { timeout: 60_000 })
    .toMatchObject({
      status: "in_progress",
      candidates: [{ agent: "ada" }],
    });
  const following = see(rig.url, `${path}/events?drafts=1`, { key: "key-of-the-ui" });
  expect(await json(rig.url, `${path}/answer-now`, { method: "POST" })).toMatchObject({ effect: "decided" });
  const { chunks } = readFrames(await hurried.rest());
  const events = chunks.flatMap((chunk) => (chunk as { massgen_event?: { type: string } }).massgen_event?.type ?? []);
  expect([events[0], events.at(-1)]).toEqual(["run-started", "run-finished"]);
  expect(events).toContain("answer-now");
  expect((await following).body).toContain('"type":"answer-now"');

  const cancelled = await begin();
  const other = `/${String(cancelled.headers["x-massgen-run-id"])}`;
  expect(await json(rig.url, `${other}/cancel`, { method: "POST", key: "key-of-the-ui" })).toMatchObject({
    cancelled: true,
  });
  expect(await cancelled.rest()).toContain("run_cancelled");
  await expect.poll(() => ids(rig.url, "?outcome=cancelled")).toEqual([other.slice(1)]);
  gate.resolve();
});

test("without any key there is one, said once", async () => {
  await using massgen = await startMassgen({ args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0"] });
  const url = await massgen.ready();
  const [, key = ""] = await massgen.matches(/"admin_key":"(admin-[\w-]{22})"/);
  await (await send(url, { messages: [{ role: "user", content: "Hello" }] })).rest();
  expect((await see(url, "", { key })).status).toBe(200);
  await expect.poll(() => ids(url, "", key)).toHaveLength(1);
  expect((await send(url, undefined, { method: "GET", path: "/massgen/runs" })).status).toBe(401);
  expect(massgen.stderr().split(key)).toHaveLength(2);
  expect(massgen.stdout()).not.toContain(key);
});

test("a key that is an admin's and a client's is refused", async () => {
  const { code, stderr } = await runMassgen({
    args: ["serve", "--demo", "--port", "0"],
    env: { MASSGEN_SERVER_ADMIN_KEY: "the-same-key", MASSGEN_SERVER_API_KEY: "ada: the-same-key" },
  });
  expect([code, stderr]).toEqual([2, expect.stringContaining("would show everybody's runs")]);
  expect(stderr).not.toContain("the-same-key");
});
