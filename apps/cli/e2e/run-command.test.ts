// massgen run without a terminal: what goes to stdout and stderr, and how it ends.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startProcess } from "@massgen/upstream";
import { httpError, openaiTeam, pointedAt, startUpstream, text, type Upstream, vote } from "@massgen/upstream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./command-line.ts";
import { runMassgen, startMassgen } from "./massgen-process.ts";
import { labelOf } from "./script.ts";

const answer = "Air scatters \u001b[31mblue\u001b[0m light more.\nSo it comes from all sides.";
const config = `${openaiTeam(["ada", "ben", "cyd"])}teams:
  all: { agents: [ada, ben, cyd] }
  pair: { agents: [ada, ben] }
`;

let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream((call) => {
    const asked = call.messages.map((message) => message.text).join("\n");
    if (asked.includes("Fail") || (asked.includes("Degrade") && call.model === "cyd-model")) return httpError(401);
    if (asked.includes("rivers")) return text('{"rivers":["Elbe"]}');
    if (call.phase === "ballot") return vote(labelOf(call, answer), "It is right.");
    return text(call.phase === "presentation" || call.model === "ada-model" ? answer : `${call.model} says so.`);
  });
});
afterAll(() => upstream.close());

function massgen(...args: readonly string[]) {
  return { args: ["run", ...args], env: pointedAt(upstream), files: { "massgen.yaml": config } };
}

it("prints the answer alone, as it was written; stderr tells how it came to be", async () => {
  const { code, stdout, stderr } = await runMassgen(massgen("Why is the sky blue?"));
  expect(stdout).toBe(`${answer}\n`);
  expect(stderr).toMatch(/^\[orchestrator\] Team: ada \(ada-model\), ben \(ben-model\), cyd \(cyd-model\)\n/);
  expect(stderr).toMatch(/\[ben\] Votes for ada: It is right\./);
  expect(stderr).toMatch(/\n(unanimous|majority) · \d calls · [^·]+ · \d+ tokens(?: or more)?\n$/);
  expect(code).toBe(0);
});

it("--quiet with a question from stdin, and --agent: the answer and nothing else", async () => {
  const asked = await runMassgen({ ...massgen("--quiet", "--agent", "ben"), input: "Why is the sky blue?\n" });
  expect(asked).toEqual({ code: 0, stdout: "ben-model says so.\n", stderr: "" });
  expect(upstream.calls.at(-1)?.messages.at(-1)?.text).toContain("Why is the sky blue?");
});

it("--json has the whole receipt, --events one JSON text a line, in order", async () => {
  const json = await runMassgen(massgen("--json", "--quiet", "--team", "pair", "Why?"));
  expect(JSON.parse(json.stdout)).toMatchObject({
    runId: expect.stringMatching(/^run_/) as string,
    status: "answered",
    text: answer,
    receipt: { winner: "ada", agents: [{ id: "ada" }, { id: "ben" }] },
  });
  const events = await runMassgen(massgen("--events", "--quiet", "Why?"));
  const read = events.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; seq?: number });
  expect(read[0]).toMatchObject({ type: "run-started", seq: 0 });
  expect(read.at(-1)).toMatchObject({ type: "run-finished", result: { status: "answered", text: answer } });
  const seqs = read.flatMap(({ seq }) => seq ?? []);
  expect(seqs).toEqual(seqs.map((_, at) => at));
  expect(JSON.parse((await runMassgen(massgen("--json", "--quiet", "Fail"))).stdout)).toMatchObject({
    status: "failed",
  });
});

it("--output holds the answer, which stdout then does not", async () => {
  await using running = await startMassgen(massgen("--output", "answer.md", "Why?"));
  expect((await running.exited).code).toBe(0);
  expect(running.stdout()).toBe("");
  expect(running.stderr()).toContain("The answer is in answer.md");
  expect(await readFile(join(running.cwd, "answer.md"), "utf8")).toBe(`${answer}\n`);
});

it("--image and --json-schema go with the question", async () => {
  const image = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  const schema = { type: "object", properties: { rivers: { type: "array" } }, required: ["rivers"] };
  const prepared = massgen("--quiet", "--image", "a.png", "--json-schema", "r.json", "Name rivers");
  const files = { ...prepared.files, "r.json": JSON.stringify(schema), "a.png": image };
  const asked = await runMassgen({ ...prepared, files: files as unknown as Record<string, string> });
  expect(asked).toMatchObject({ code: 0, stdout: '{"rivers":["Elbe"]}\n' });
  const body = JSON.stringify(upstream.calls.at(-1)?.body);
  expect(body).toContain(`data:image/png;base64,${image.toString("base64")}`);
  expect(body).toContain('"required":["rivers"]');
});

it("exit codes: 1 for a failed run, 3 for a degraded one with --strict", async () => {
  const failed = await runMassgen(massgen("Fail"));
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  expect(failed.stderr).toMatch(/\nFailed: authentication/);
  expect(await runMassgen(massgen("--quiet", "Degrade"))).toMatchObject({ code: 0, stderr: "" });
  const strict = await runMassgen(massgen("--strict", "Degrade"));
  expect(strict).toMatchObject({ code: 3, stdout: `${answer}\n` });
  expect(strict.stderr).toContain("degraded (agent-failed)");
});

it("a closed pipe ends it quietly", async () => {
  const { bin, env, files } = { bin: process.execPath, ...massgen("") };
  const cli = new URL("../bin/massgen.js", import.meta.url).pathname;
  await using shell = await startProcess({
    command: "bash",
    args: ["-c", `"${bin}" "${cli}" run --quiet "Why?" | head -c 5; echo " \${PIPESTATUS[0]}"`],
    env,
    files,
  });
  await shell.exited;
  expect({ stdout: shell.stdout(), stderr: shell.stderr() }).toEqual({ stdout: "Air s 0\n", stderr: "" });
});

describe("a wrong command line is one clear message and exit code 2, before any model is called", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["no question", [], /There is no question/],
    ["a blank question", ["  "], /There is no question/],
    [
      "a team that there is not",
      ["--team", "deep", "Why?"],
      /massgen\.yaml has no team "deep". There are: all, pair\./,
    ],
    ["an agent that there is not", ["--agent", "dan", "Why?"], /has no agent "dan". There are: ada, ben, cyd\./],
    ["a team and an agent", ["--team", "all", "--agent", "ada", "Why?"], /use only one/],
    ["two forms of output", ["--json", "--events", "Why?"], /use one/],
    [
      "an image that is not there",
      ["--image", "cat.png", "Why?"],
      /--image: cannot use cat\.png: there is no such file/,
    ],
    ["a file that is no image", ["--image", "massgen.yaml", "Why?"], /no PNG, JPEG, GIF or WebP/],
    [
      "a schema that is not JSON",
      ["--json-schema", "massgen.yaml", "Why?"],
      /--json-schema: cannot use massgen\.yaml: it is not JSON/,
    ],
    ["a schema that nobody can use", ["--json-schema", "bad.json", "Why?"], /--json-schema: cannot use bad\.json/],
    [
      "a folder that is not there",
      ["--output", "no/answer.md", "Why?"],
      /--output: cannot write no\/answer\.md: there is no such folder/,
    ],
    ["a folder", ["--output", ".", "Why?"], /it is a folder/],
    ["a configuration that is not there", ["--config", "no.yaml", "Why?"], /no\.yaml/],
    ["an unknown flag", ["--loud", "Why?"], /unknown option '--loud'/],
  ])("%s", async (_, args, says) => {
    const before = upstream.calls.length;
    const prepared = massgen(...args);
    const files = { ...prepared.files, "bad.json": '{"type":"colour"}' };
    const { code, stdout, stderr } = await runCommand({ ...prepared, files });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(upstream.calls.length).toBe(before);
  });

  it("nobody to ask", async () => {
    const none = await runCommand({ args: ["run", "Why?"] });
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toContain("massgen run --demo");
    const keyed = await runCommand({ args: ["run", "Why?"], env: { OPENAI_API_KEY: "sk-proj-0123456789" } });
    expect(keyed).toMatchObject({ code: 2, stdout: "" });
    expect(keyed.stderr).toContain("massgen run --default-model gpt-4o");
  });
});
