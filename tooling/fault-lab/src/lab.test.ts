import { connect } from "node:tls";
import { afterEach, expect, test } from "vitest";
import {
  startUpstream,
  wireNames,
  type Behaviour,
  type Upstream,
  type UpstreamCall,
  type WireName,
} from "@massgen/upstream";
import { addressFaults } from "./faults/addresses.ts";
import { faults } from "./faults/all.ts";
import { behaviourOf, draftOf, healthyAnswer } from "./faulty-model.ts";
import { refusablesIn } from "./refusable.ts";

let lab: Upstream | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const block =
  "Judge.\n<CURRENT ANSWERS>\n<agent1>\nDraft by b on m.\n</agent1>\n<agent2>\nDraft by c on m.\n</agent2>\n</CURRENT ANSWERS>";

function start(script: (call: UpstreamCall) => Behaviour): Promise<Upstream> {
  return startUpstream(script).then((started) => (lab = started));
}

interface Question {
  readonly text?: string;
  readonly votes?: boolean;
  /** More of the body. */
  readonly fields?: object;
  readonly signal?: AbortSignal;
}

/** Asks on a wire, as agent `a` on model `m`. */
function ask(wire: WireName, { text = "Hi", votes = false, fields = {}, signal }: Question = {}): Promise<Response> {
  const turns = [{ role: "user", content: text }];
  const requests = {
    openai: [
      "v1/chat/completions",
      { model: "m", messages: turns, ...(votes && { tools: [{ function: { name: "vote" } }] }) },
    ],
    responses: ["v1/responses", { model: "m", input: turns, ...(votes && { tools: [{ name: "vote" }] }) }],
    claude: ["v1/messages", { model: "m", messages: turns, ...(votes && { tools: [{ name: "vote" }] }) }],
    gemini: [
      "v1beta/models/m:streamGenerateContent?alt=sse",
      {
        contents: [{ role: "user", parts: [{ text }] }],
        ...(votes && { tools: [{ functionDeclarations: [{ name: "vote" }] }] }),
      },
    ],
  } as const;
  const [path, body] = requests[wire];
  return fetch(`${lab?.url}/a/${path}`, {
    method: "POST",
    headers: { authorization: "Bearer k" },
    body: JSON.stringify({ ...body, ...fields }),
    ...(signal !== undefined && { signal }),
  });
}

const named = (name: string) => faults.find((fault) => fault.name === name);
const withFault = (name: string) => (call: UpstreamCall) => behaviourOf(call, healthyAnswer(call, []), named(name));

test.each(wireNames)("%s: tells a draft, a ballot and a presentation apart, and reads what is shown", async (wire) => {
  const { callsOf } = await start((call) => behaviourOf(call, healthyAnswer(call, ["c"]), undefined));
  expect(await (await ask(wire)).text()).toContain("Draft");
  expect(await (await ask(wire, { text: block, votes: true })).text()).toContain("vote");
  expect(await (await ask(wire, { text: block })).text()).toContain("Final");
  const calls = callsOf("m");
  expect(calls.map(({ phase }) => phase)).toEqual(["draft", "ballot", "presentation"]);
  expect(calls[1]).toMatchObject({ wire, place: "a", model: "m", attempt: 1, state: "finished" });
  expect(calls[1]?.headers.authorization).toBe("Bearer k");
  expect(calls[1]?.answers).toEqual([
    { label: "agent1", text: draftOf("m", "b") },
    { label: "agent2", text: draftOf("m", "c") },
  ]);
});

test.each(wireNames)("%s: a ballot without tools is one, and gets its vote as text", async (wire) => {
  await start((call) => behaviourOf(call, healthyAnswer(call, ["c"]), undefined));
  const text = await (await ask(wire, { text: `${block}\nCall \`vote\`.` })).text();
  expect([text.includes('{\\"tool\\": '), text.includes("tool_calls"), /tool_use|function_call/.test(text)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(lab?.callsOf("m")[0]).toMatchObject({ phase: "ballot", tools: [] });
});

test.each<[WireName, object]>([
  ["openai", { temperature: 0.5, tool_choice: "required" }],
  ["responses", { temperature: 0.5, tool_choice: { type: "function", name: "vote" } }],
  ["claude", { temperature: 0.5, tool_choice: { type: "any" } }],
  ["gemini", { generationConfig: { temperature: 0.5 }, toolConfig: { functionCallingConfig: { mode: "ANY" } } }],
])("%s: what of a request may be refused is seen, and not where it is not", async (wire, fields) => {
  await start((call) => behaviourOf(call, healthyAnswer(call, []), named("400 for one field, named")));
  const votes = { text: block, votes: true };
  const statuses = [await ask(wire, { fields }), await ask(wire, { ...votes, fields }), await ask(wire, votes)];
  expect(statuses.map(({ status }) => status)).toEqual([400, 400, 200]);
  expect(lab?.callsOf("m").map(({ body }) => refusablesIn(body).size)).toEqual([2, 2, 0]);
});

test.each<[WireName, string[]]>([
  ["openai", ["agent_id", '"finish_reason":"length"']],
  ["responses", ["agent_id", '"reason":"max_output_tokens"']],
  ["claude", ["agent_id", '"stop_reason":"max_tokens"']],
  ["gemini", ['"finishReason":"MAX_TOKENS"']],
])("%s: a vote that is cut off ends so, and is not there where calls come whole", async (wire, shown) => {
  await start(withFault("vote cut off in its reason"));
  const text = await (await ask(wire, { text: block, votes: true })).text();
  for (const part of shown) expect(text).toContain(part);
  expect(text.includes("functionCall")).toBe(false);
});

test.each(wireNames)("%s: what is cut before the terminal marker is the whole but for its end", async (wire) => {
  const cutting = named("cut just before the terminal marker");
  await start((call) => {
    const first = { ...call, n: 1, attempt: 1 };
    return behaviourOf(first, healthyAnswer(first, []), call.attempt === 1 ? undefined : cutting);
  });
  const whole = await (await ask(wire)).text();
  const cut = await (await ask(wire)).text();
  expect(whole.startsWith(cut)).toBe(true);
  const markers = {
    openai: '"finish_reason":"',
    responses: "response.completed",
    claude: "message_stop",
    gemini: '"finishReason":"',
  };
  expect([whole.includes(markers[wire]), cut.includes(markers[wire])]).toEqual([true, false]);
  expect(lab?.callsOf("m")[0]?.usage).toBeDefined();
});

test("resets before the headers, and after text", async () => {
  await start((call) => withFault(call.attempt === 1 ? "reset before headers" : "reset mid-stream")(call));
  await expect(ask("openai")).rejects.toThrow("fetch failed");
  await expect(ask("openai").then((response) => response.text())).rejects.toThrow("terminated");
});

test("hangs until the client leaves, and tells when nothing is open any more", async () => {
  const { idle, openCalls } = await start(withFault("hang before headers"));
  const leave = new AbortController();
  const asked = ask("claude", { signal: leave.signal });
  await expect.poll(openCalls).toBe(1);
  leave.abort();
  await expect(asked).rejects.toThrow("aborted");
  await idle("m");
  expect(lab?.callsOf("m")[0]?.state).toBe("aborted-by-client");
});

test("sends bytes that are no UTF-8", async () => {
  await start(withFault("invalid UTF-8"));
  const bytes = new Uint8Array(await (await ask("openai")).arrayBuffer());
  expect(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes)).toThrow(TypeError);
});

test("refuses in the wire's own way, and says when to come back", async () => {
  await start(withFault("429, Retry-After in seconds, short"));
  const openai = await ask("openai");
  expect([openai.status, openai.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(await (await ask("gemini")).text()).toContain('"retryDelay":"1s"');
});

const anyCall: Omit<UpstreamCall, "wire" | "phase" | "tools"> = {
  n: 1,
  attempt: 1,
  place: "a",
  model: "m",
  messages: [],
  answers: [],
  labels: [],
  stream: true,
  body: {},
  bodyBytes: 2,
  headers: {},
  state: "open",
  closed: new Promise(() => undefined),
  bytesWritten: 0,
  startedAt: 0,
  endedAt: undefined,
  usage: undefined,
  cached: undefined,
};

test("every fault has a name of its own, and behaves in every phase it has, on every wire", () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  for (const fault of faults) {
    for (const phase of fault.phases) {
      for (const wire of wireNames) {
        const call: UpstreamCall = { ...anyCall, wire, phase, tools: phase === "ballot" ? ["vote"] : [] };
        const { steps } = behaviourOf(call, healthyAnswer(call, []), fault);
        expect([fault.name, steps.length > 0]).toEqual([fault.name, true]);
      }
    }
  }
});

test.each(addressFaults)("nobody can be reached: $name", async ({ open }) => {
  await using dead = await open();
  await expect(fetch(dead.origin)).rejects.toThrow("fetch failed");
});

test("the certificate is whole, and signed by nobody else", async () => {
  await using dead = (await addressFaults.find(({ name }) => name === "TLS, self-signed")?.open())!;
  const { hostname, port } = new URL(dead.origin);
  const code = await new Promise((resolve) => {
    connect({ host: hostname, port: Number(port) }).once("error", (error) => resolve("code" in error && error.code));
  });
  expect(code).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
});
