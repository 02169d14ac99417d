// A service that counts no tokens: its calls are estimated on every wire, and nowhere else.
import { afterAll, beforeAll, expect, test } from "vitest";
import { text, vote } from "@massgen/upstream";
import { draftOf, labelOf, teamScript } from "./script.ts";
import { openaiTeam, serveTeam, type Served } from "./team.ts";

/** The agent `b` reports nothing, `a` reports 10 and 5 tokens for each of its three calls. */
const silent = { usage: null } as const;

let served: Served;
beforeAll(async () => {
  served = await serveTeam(
    teamScript({
      draft: (call) => text(draftOf(call.model), call.model === "b-model" ? silent : {}),
      ballot: (call) => vote(labelOf(call, draftOf("a-model")), "clear", call.model === "b-model" ? silent : {}),
    }),
    { config: openaiTeam(["a", "b"]) },
  );
});
afterAll(() => served[Symbol.asyncDispose]());

const ask = { messages: [{ role: "user", content: "Why?" }], prompt: "Why?" };
const wires: readonly (readonly [path: string, body: object])[] = [
  ["chat/completions", { messages: ask.messages }],
  ["completions", { prompt: "Why?" }],
  ["responses", { input: "Why?" }],
  ["messages", { messages: ask.messages }],
];

test.each(wires)("/v1/%s, whole and streamed alike", async (path, body) => {
  for (const stream of [false, true]) {
    const said = await post(path, { ...body, stream, stream_options: { include_usage: true } });
    const metadata = /"usage_complete":false,"usage_estimated":true/.test(said);
    const figures = (name: string): number =>
      Number([...said.matchAll(new RegExp(`"${name}":(\\d+)`, "g"))].at(-1)?.[1]);
    const input = path.includes("completions") ? figures("prompt_tokens") : figures("input_tokens");
    const output = path.includes("completions") ? figures("completion_tokens") : figures("output_tokens");
    expect({ path, stream, metadata, input: input > 30, output: output > 15 && output < 100 }).toEqual({
      path,
      stream,
      metadata: true,
      input: true,
      output: true,
    });
  }
});

test("metrics count what was reported", async () => {
  const metrics = await (await fetch(`${served.url}/metrics`)).text();
  const tokens = metrics.split("\n").filter((line) => line.startsWith("massgen_tokens_total"));
  expect(tokens.some((line) => line.includes('agent="a"'))).toBe(true);
  expect(tokens.filter((line) => line.includes('agent="b"') && !line.endsWith(" 0"))).toEqual([]);
});

async function post(path: string, body: object): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${served.url}/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return response.text();
}
