// Models of provider packages that do all that a model may not, in a real process, alone and beside good ones.
import { readFile } from "node:fs/promises";
import type OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageOf, metadataOf } from "./completion.ts";
import { send } from "./contract/wire.ts";
import { kinds } from "./evil-provider.ts";
import { startMassgen, type MassgenProcess } from "./massgen-process.ts";

const key = "evil-key-42/42+42";
const limits = "timeout_settings: { first_token_timeout_seconds: 4, idle_timeout_seconds: 4 }";
const evil = `{ id: e, backend: { type: evil, model: m, api_key: "${key}" } }`;
const good = (id: string): string => `{ id: ${id}, backend: { type: good, model: ${id} } }`;

async function serve(agents: readonly string[]): Promise<{ readonly massgen: MassgenProcess; readonly url: string }> {
  const config = `providers: [./evil.ts]\nagents: [${agents.join(", ")}]\n${limits}\n`;
  const massgen = await startMassgen({
    args: ["serve", "--config", "team.yaml", "--host", "127.0.0.1", "--port", "0"],
    files: { "team.yaml": config, "evil.ts": await readFile(new URL("evil-provider.ts", import.meta.url), "utf8") },
  });
  return { massgen, url: await massgen.ready() };
}

const ask = (kind: string): object => ({ messages: [{ role: "user", content: `<${kind}>` }] });
const named = "backend evil: the provider package ./evil.ts";

/** What becomes of a call of each kind when there is no other agent: the status, and words of its message. */
const alone: readonly (readonly [kind: string, status: number, says: string])[] = [
  ["unknown event", 502, `${named} yielded an event of unknown type "surprise"; tell its author`],
  ["null event", 502, `${named} yielded null instead of an event; tell its author`],
  ["no text", 502, `${named} yielded a text-delta whose \`text\` is undefined instead of a text; tell its author`],
  ["usage in texts", 200, ""],
  ["usage that is no number", 200, ""],
  ["events behind the finish", 200, ""],
  ["no finish", 502, `${named} ended an answer without a finish event; tell its author`],
  ["empty texts for ever", 502, `${named} did not stop after 33554432 characters`],
  ["texts for ever", 502, `${named} did not stop after 33554432 characters`],
  ["never settles", 504, `${named} yielded nothing within 4 s (first-token limit)`],
  ["return throws", 504, `${named} yielded nothing within 4 s (first-token limit)`],
  ["no stream", 502, `${named} returned undefined from stream(), which is no AsyncIterable; tell its author`],
  ["stream throws", 502, `${named} threw Error: trap; tell its author`],
  [
    "type error",
    502,
    `${named} threw TypeError: Cannot read properties of undefined (reading 'messages'); tell its author`,
  ],
  ["throws null", 502, `${named} threw null; tell its author`],
  ["throws a proxy", 502, `${named} threw object; tell its author`],
  ["a code of its own", 502, `${named} threw an error with the unknown code "tomorrow": odd; tell its author`],
  ["a key as the param", 400, "odd"],
  ["a key at the cut", 400, "-----"],
  ["a wait for ever", 429, "odd"],
  ["a promise left behind", 200, ""],
  ["an error in a timer", 200, ""],
  ["a listener that throws", 502, `${named} ended an answer without a finish event; tell its author`],
  ["an emptied request", 200, ""],
];

it("every kind is tried", () => expect(alone.map(([kind]) => kind)).toEqual(Object.keys(kinds)));

describe("alone, the error names its package", () => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    served = await serve([evil]);
  });
  afterAll(() => served.massgen[Symbol.asyncDispose]());

  it.each(alone)("%s", async (kind, status, says) => {
    const { url } = served;
    const response = await send(url, ask(kind));
    const body = await response.rest();
    expect([response.status, body]).toEqual([status, expect.stringContaining(JSON.stringify(says).slice(1, -1))]);
    expect(body).not.toContain("evil-key-42");
    expect(body).not.toContain("defect in the server");
    expect(body).not.toMatch(/null,"completion_tokens"|"total_tokens":(?:-|null)/);
    const streamed = await send(url, { ...ask(kind), stream: true });
    const frames = await streamed.rest();
    expect(frames).not.toContain("evil-key-42");
    expect(frames).toContain("data: [DONE]");
    if (status !== 200) expect(frames).toContain(JSON.stringify(says).slice(1, -1));
    expect((await send(url, undefined, { method: "GET", path: "/health" })).status).toBe(200);
  });

  it("an uncaught error in a timer or a promise is logged with its name, and the process goes on", async () => {
    await served.massgen.prints(`${named} threw an error that nobody caught; report it to its author`);
    expect(served.massgen.stderr()).toContain('"message":"late"');
    expect(served.massgen.stderr()).toContain('"message":"trap"');
    expect(served.massgen.stderr()).not.toContain("evil-key-42");
  });

  it.each(["empty texts for ever", "texts for ever"])("others are served while it goes on: %s", async (kind) => {
    const { url } = served;
    const order: string[] = [];
    const run = send(url, ask(kind)).then(async (response) => {
      await response.rest();
      order.push("run");
    });
    expect((await send(url, undefined, { method: "GET", path: "/health" })).status).toBe(200);
    order.push("health");
    await run;
    expect(order).toEqual(["health", "run"]);
  });
});

describe("beside good agents it costs nothing but itself", () => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    served = await serve([evil, good("b"), good("c")]);
  });
  afterAll(() => served.massgen[Symbol.asyncDispose]());

  it.each(alone)("%s", async (kind, status) => {
    const response = await send(served.url, ask(kind));
    const completion = JSON.parse(await response.rest()) as OpenAI.ChatCompletion;
    expect(response.status).toBe(200);
    const { content } = messageOf(completion);
    const agents = metadataOf(completion)["agents"] as readonly { readonly id: string; readonly status: string }[];
    expect(JSON.stringify(completion)).not.toContain("evil-key-42");
    if (status === 200) return;
    expect(content).toMatch(/^honest [bc]$/);
    expect(agents.map(({ id, status: became }) => [id, became])).toEqual([
      ["e", "failed"],
      ["b", "completed"],
      ["c", "completed"],
    ]);
  });
});
