// massgen check --live: what a team's models do when they are tried, against services on loopback.
import { afterEach, describe, expect, it } from "vitest";
import {
  hang,
  httpError,
  startLlamaServer,
  startUpstream,
  text,
  toolCalls,
  type Script,
  type Upstream,
} from "@massgen/upstream";
import { runCommand } from "./command-line.ts";

const running: Upstream[] = [];
afterEach(async () => {
  for (const upstream of running.splice(0)) await upstream.close();
});

const key = "sk-proj-0123456789abcdef";
const vote = toolCalls([{ name: "vote", arguments: { agent_id: "agent1", reason: "It is right." } }]);
const isForm = (body: Readonly<Record<string, unknown>>): boolean =>
  /json_schema|json_object|responseSchema|responseJsonSchema|output_format|"format"/.test(JSON.stringify(body));

/** A model that can do everything. */
const able: Script = ({ body, tools }) =>
  tools.length > 0
    ? vote
    : text(isForm(body) || JSON.stringify(body).includes("fits this schema") ? '{"sum":4}' : "Red.");

async function service(script: Script): Promise<Upstream> {
  const upstream = await startUpstream(script);
  running.push(upstream);
  return upstream;
}

interface LiveCheck {
  readonly args?: readonly string[];
  readonly columns?: string;
}

function check(agents: readonly string[], { args = [], columns = "60" }: LiveCheck = {}) {
  return runCommand({
    args: ["check", "team.yaml", "--live", ...args],
    env: { OPENAI_API_KEY: key, GEMINI_API_KEY: key, ANTHROPIC_API_KEY: key, COLUMNS: columns },
    files: { "team.yaml": `agents:\n${agents.map((agent) => `  - ${agent}\n`).join("")}` },
  });
}

/** The row of an agent, a word a cell. */
function rowOf(stdout: string, id: string): readonly string[] {
  const line = stdout.split("\n").find((one) => one.startsWith(id) && !one.includes("("));
  return (line ?? "").slice(id.length).trim().split(/ {2,}/);
}

it("shows what each agent can do, on every wire, with three calls each", async () => {
  const { url, calls } = await service(able);
  const { code, stdout, stderr } = await check([
    `{ id: writer, backend: { type: openai, model: gpt-4o, base_url: "${url}/v1" } }`,
    `{ id: critic, backend: { type: claude, model: claude-sonnet-4-5, base_url: "${url}" } }`,
    `{ id: an-agent-with-a-rather-long-name, backend: { type: gemini, model: gemini-2.5-flash, base_url: "${url}" } }`,
  ]);
  expect(stdout).toContain("\nagent                key  model  tools  JSON  images  time\n");
  for (const id of ["writer", "critic", "an-agent-with-a-..."]) {
    expect(rowOf(stdout, id)).toEqual(["ok", "ok", "ok", "ok", "ok", expect.stringMatching(/^\d+\.\d s$/)]);
  }
  expect({ code, stderr }).toEqual({ code: 0, stderr: "Calling the models of 3 agents...\n" });
  expect(calls).toHaveLength(9);
  for (const line of stdout.split("\n").slice(5)) expect(line.length).toBeLessThanOrEqual(60);
});

describe("says what would go wrong, and exits with 1 where an agent cannot take part", () => {
  const cases: {
    what: string;
    script: Script;
    row: readonly string[];
    says: RegExp;
    code: number;
    args?: readonly string[];
  }[] = [
    {
      what: "a refused key",
      script: () => httpError(401, { error: { message: `Incorrect API key provided: ${key}.` } }),
      row: ["no", "?", "?", "?", "?"],
      says: /the API key was refused/,
      code: 1,
    },
    {
      what: "a missing model",
      script: () => httpError(404, { error: { message: "The model does not exist", code: "model_not_found" } }),
      row: ["ok", "no", "?", "?", "?"],
      says: /no such model/,
      code: 1,
    },
    {
      what: "a model that only talks",
      script: () => text("I like the first one."),
      row: ["ok", "ok", "no", "?", "?"],
      says: /cannot vote: asked 3 times/,
      code: 1,
    },
    {
      what: "a model that has to be asked again",
      script: (call) => (call.n === 1 ? text("Hm.") : able(call)),
      row: ["ok", "ok", "late", "ok", "ok", expect.any(String) as string],
      says: /^/,
      code: 0,
    },
    {
      what: "a model without JSON and images",
      script: (call) => {
        if (JSON.stringify(call.body).includes("image_url"))
          return httpError(400, { error: { message: "No images." } });
        return call.tools.length > 0 ? vote : text("four");
      },
      row: ["ok", "ok", "ok", "no", "no", expect.any(String) as string],
      says: /wrote something\s+else[^]*Images: .*No\s+images\./,
      code: 0,
    },
    {
      what: "a service that hangs",
      script: () => hang(),
      row: ["?", "?", "?", "?", "?"],
      says: /limit/,
      code: 1,
      args: ["--timeout", "1"],
    },
  ];
  it.each(cases)("$what", async ({ script, row, says, code, args }) => {
    const { url } = await service(script);
    const options = args === undefined ? {} : { args };
    const found = await check(
      [`{ id: solo, backend: { type: openai, model: gpt-4o, base_url: "${url}/v1" } }`],
      options,
    );
    expect(rowOf(found.stdout, "solo")).toEqual(row);
    expect(found.stdout).toMatch(says);
    expect(found.code).toBe(code);
    expect(found.stderr.includes("solo cannot take part in a run.")).toBe(code === 1);
    expect(found.stdout + found.stderr).not.toContain(key);
  });

  it("nobody at the address", async () => {
    const { url, close } = await service(able);
    await close();
    const { code, stdout } = await check([`{ id: solo, backend: { type: ollama, model: m, base_url: "${url}/v1" } }`]);
    expect(stdout).toMatch(/solo \(ollama m\):\n {2}ollama m: cannot reach/);
    expect(code).toBe(1);
  });

  it("an agent whose fallback works takes part", async () => {
    const bad = await service(() => httpError(404, {}));
    const good = await service(able);
    const { code, stdout } = await check([
      `{ id: solo, backend: { type: openai, model: gpt-4o, base_url: "${bad.url}/v1" }, fallback: { type: openai, model: gpt-4o-mini, base_url: "${good.url}/v1" } }`,
    ]);
    expect(rowOf(stdout, "solo, else").slice(0, 3)).toEqual(["ok", "ok", "ok"]);
    expect(code).toBe(0);
  });
});

it("asks a local service first what it can take, and sends no image to a model that sees none", async () => {
  const server = await startLlamaServer({ answer: () => "Red.", callsTools: true });
  running.push(server);
  const { code, stdout } = await check([
    `{ id: ada, backend: { type: llamacpp, model: small, base_url: "${server.url}/v1" } }`,
    `{ id: bob, backend: { type: llamacpp, model: small, base_url: "${server.url}/v1" } }`,
  ]);
  for (const id of ["ada", "bob"]) expect(rowOf(stdout, id).slice(0, 5)).toEqual(["ok", "ok", "ok", "no", "no"]);
  expect(server.mostAtOnce()).toBe(1);
  expect(code).toBe(0);
});

it("the demo passes its own examination", async () => {
  const { code, stdout } = await check(["{ id: solo, backend: { type: demo } }"]);
  expect(rowOf(stdout, "solo").slice(0, 5)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  expect(code).toBe(0);
});

it.each(["0", "-1", "soon", "1e9"])("--timeout %s is refused", async (timeout) => {
  const { code, stderr } = await check(["{ id: solo, backend: { type: demo } }"], { args: [`--timeout=${timeout}`] });
  expect(stderr).toMatch(/whole number of seconds/);
  expect(code).toBe(2);
});
