// OpenAI's official client, and its published schemas, against a server with a real team.
import { checkOpenaiShape, readResponseEvents, type ResponseEvent } from "@massgen/openai-shapes";
import { createTeam, type Team } from "@massgen/core";
import type { ChatRequest } from "@massgen/core/model";
import { phaseOf, scriptedModel, type ScriptedReply } from "@massgen/core/testing";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { start, type TestServer } from "./client.ts";

let server: TestServer;
let client: OpenAI;
/** What the models say, but for votes. */
let says: (request: ChatRequest) => ScriptedReply;
let asked: ChatRequest[];
/** A gate in front of every model. */
let gate: Promise<void>;

beforeEach(async () => {
  asked = [];
  gate = Promise.resolve();
  says = ({ messages }) => ({ pieces: ["You said ", JSON.stringify(messages.at(-1)?.content), "."] });
  const agents = ["red", "blue"].map((id) => ({
    id,
    model: scriptedModel(async (request): Promise<ScriptedReply> => {
      if (phaseOf(request) === "draft") asked.push(request);
      await gate;
      return says(request);
    }),
  }));
  server = await start({ team: createTeam({ agents }), options: { apiKeys: ["key-of-ada", "key-of-bob"] } });
  client = clientOf("key-of-ada");
});
afterEach(() => server.running.close({ timeoutMs: 0 }));

function clientOf(apiKey: string): OpenAI {
  return new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 });
}

async function startOpen(team: Team): Promise<AsyncDisposable & { readonly url: string }> {
  const { url, running } = await start({ team });
  return { url, [Symbol.asyncDispose]: async () => void (await running.close({ timeoutMs: 0 })) };
}

async function eventsOf(path: string, body?: object): Promise<readonly ResponseEvent[]> {
  const response = await fetch(server.url + path, {
    headers: { "content-type": "application/json", authorization: "Bearer key-of-ada" },
    ...(body !== undefined && { method: "POST", body: JSON.stringify({ model: "massgen", ...body }) }),
  });
  return readResponseEvents(await response.text());
}

const input = "Hello";
const tools = [
  { type: "function", name: "look", parameters: { type: "object" }, strict: false },
  { type: "custom", name: "patch", description: "Patches." },
  {
    type: "namespace",
    name: "crm",
    description: "Customers.",
    tools: [{ type: "function", name: "find", parameters: { type: "object" }, strict: false }],
  },
  { type: "web_search" },
] as OpenAI.Responses.Tool[];
const calls: ScriptedReply = {
  toolCalls: [
    { id: "c1", name: "look", arguments: '{"at":"sky"}' },
    { id: "c2", name: "patch", arguments: '{"input":"*** Begin"}' },
    { id: "c3", name: "crm__find", arguments: "{}" },
  ],
};

test("whole and streamed, as OpenAI's file describes it: traces as reasoning, then the text", async () => {
  const whole = await client.responses.create({ model: "massgen", input, instructions: "Be brief." });
  checkOpenaiShape("Response", whole);
  expect(whole).toMatchObject({ status: "completed", output_text: 'You said "Hello".', instructions: "Be brief." });
  expect(whole.output.map(({ type }) => type)).toEqual(["reasoning", "message"]);
  expect(asked[0]?.messages.slice(-1)).toEqual([{ role: "user", content: "Hello" }]);

  const events = await eventsOf("/v1/responses", { input, stream: true });
  const last = events.at(-1) as unknown as { type: string; response: OpenAI.Responses.Response };
  expect(last.type).toBe("response.completed");
  expect(last.response.output.map((item) => ({ ...item, id: "" }))).toMatchObject(
    whole.output.map(({ type }) => ({ type })),
  );
  const text = events.flatMap(({ type, delta }) => (type === "response.output_text.delta" ? [delta] : [])).join("");
  expect(text).toBe(whole.output_text);
  // No item is left open, and the output holds each as it was when it was done.
  const done = events.flatMap(({ type, item }) => (type === "response.output_item.done" ? [item] : []));
  expect(done).toEqual(last.response.output);
});

test("the summary that is asked for is how much of the traces is shown, up to the configuration", async () => {
  const agents = ["red", "blue"].map((id) => ({ id, model: scriptedModel(() => `${id} thinks of a whole draft`) }));
  const shown = async (traces: "summary" | "full", summary: string | null): Promise<boolean> => {
    const team = createTeam({ agents, coordination: { traces } });
    await using its = await startOpen(team);
    const body = JSON.stringify({ input, reasoning: { summary } });
    const headers = { "content-type": "application/json" };
    const text = await (await fetch(`${its.url}/v1/responses`, { method: "POST", headers, body })).text();
    return text.includes("[red] | red thinks");
  };
  expect(await shown("full", "concise")).toBe(false);
  expect(await shown("full", "auto")).toBe(true);
  expect(await shown("full", null)).toBe(true);
  expect(await shown("full", "detailed")).toBe(true);
  expect(await shown("summary", "detailed")).toBe(false);
});

test("calls of functions, custom tools and those in a namespace come back as the client named them", async () => {
  says = () => calls;
  const whole = await client.responses.create({ model: "massgen", input, tools });
  const items = [
    { type: "function_call", call_id: "c1", name: "look", arguments: '{"at":"sky"}' },
    { type: "custom_tool_call", call_id: "c2", name: "patch", input: "*** Begin" },
    { type: "function_call", call_id: "c3", name: "find", namespace: "crm", arguments: "{}" },
  ];
  expect(whole.output.slice(1)).toMatchObject(items);
  expect(asked[0]?.tools?.map(({ name }) => name)).toEqual(["look", "patch", "crm__find"]);
  const events = await eventsOf("/v1/responses", { input, tools, stream: true });
  expect(
    events.flatMap(({ type, item }) => (type === "response.output_item.done" ? [item] : [])).slice(1),
  ).toMatchObject(items);

  // The next turn answers them: by all items, by the id of the response, and by references.
  says = ({ messages }) => ({ text: messages.map(({ role }) => role).join(" ") });
  const outputs = [
    { type: "function_call_output" as const, call_id: "c1", output: "blue" },
    { type: "custom_tool_call_output" as const, call_id: "c2", output: "done" },
    { type: "function_call_output" as const, call_id: "c3", output: [{ type: "input_text" as const, text: "none" }] },
  ];
  const question = { role: "user" as const, content: input };
  const references = whole.output.map(({ id }) => ({ type: "item_reference" as const, id: id ?? "" }));
  for (const turn of [
    { input: [question, ...(whole.output as OpenAI.Responses.ResponseInputItem[]), ...outputs] },
    { input: outputs, previous_response_id: whole.id },
    { input: [question, ...references, ...outputs] },
  ]) {
    const { output_text: text } = await client.responses.create({ model: "massgen", tools, ...turn });
    expect(text).toMatch(/user assistant tool tool tool$/);
    expect(asked.at(-1)?.messages.slice(-4)).toMatchObject([
      { toolCalls: calls.toolCalls },
      { toolCallId: "c1", name: "look", content: "blue" },
      { toolCallId: "c2", content: "done" },
      { toolCallId: "c3", name: "crm__find", content: "none" },
    ]);
  }
});

test("a conversation goes on by the id of its last response, without the instructions of the first", async () => {
  const first = await client.responses.create({ model: "massgen", input: "One", instructions: "Be brief." });
  const second = await client.responses.create({ model: "massgen", input: "Two", previous_response_id: first.id });
  await client.responses.create({ model: "massgen", input: "Three", previous_response_id: second.id });
  const said = asked.at(-1)?.messages.filter(({ role }) => role !== "system");
  expect(said?.map(({ content }) => content)).toEqual(["One", first.output_text, "Two", second.output_text, "Three"]);
  expect(JSON.stringify(asked.at(-1)?.messages)).not.toContain("Be brief.");

  const { data } = await client.responses.inputItems.list(second.id);
  expect(data).toMatchObject([{ type: "message", role: "user", content: [{ text: "Two" }] }]);
});

test("what is kept belongs to its key, and can be deleted", async () => {
  const kept = await client.responses.create({ model: "massgen", input });
  expect(await client.responses.retrieve(kept.id)).toMatchObject({ id: kept.id, output_text: kept.output_text });
  const bob = clientOf("key-of-bob");
  await expect(bob.responses.retrieve(kept.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  const unknown = { status: 400, code: "previous_response_not_found", param: "previous_response_id" };
  const next = { model: "massgen", input, previous_response_id: kept.id };
  await expect(bob.responses.create(next)).rejects.toMatchObject(unknown);
  await client.responses.delete(kept.id);
  await expect(client.responses.create(next)).rejects.toMatchObject(unknown);
  const unkept = await client.responses.create({ model: "massgen", input, store: false });
  await expect(client.responses.retrieve(unkept.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
});

test("in the background: answered at once, followed by many, the same for all, from any event on", async () => {
  const open = Promise.withResolvers<void>();
  gate = open.promise;
  const begun = await client.responses.create({ model: "massgen", input, background: true });
  expect(begun).toMatchObject({ status: "in_progress", background: true });
  checkOpenaiShape("Response", begun);
  const early = eventsOf(`/v1/responses/${begun.id}?stream=true`);
  open.resolve();
  const seen = await early;
  expect(seen.at(-1)?.type).toBe("response.completed");
  expect(await eventsOf(`/v1/responses/${begun.id}?stream=true`)).toEqual(seen);

  const rest = await client.responses.retrieve(begun.id, { stream: true, starting_after: 4 });
  const numbers: number[] = [];
  for await (const event of rest) numbers.push(event.sequence_number);
  expect(numbers).toEqual(seen.map((event) => event.sequence_number).slice(5));
  const followed = client.responses.stream({ response_id: begun.id });
  expect((await followed.finalResponse()).output_text).toBe('You said "Hello".');
  expect(await client.responses.retrieve(begun.id)).toMatchObject({ status: "completed" });
});

test("a client that leaves a stream in the background leaves the run to itself", async () => {
  const open = Promise.withResolvers<void>();
  gate = open.promise;
  const stream = await client.responses.create({ model: "massgen", input, background: true, stream: true });
  let id = "";
  for await (const event of stream) {
    if (event.type !== "response.created") continue;
    id = event.response.id;
    break;
  }
  open.resolve();
  expect((await client.responses.stream({ response_id: id }).finalResponse()).status).toBe("completed");
});

test("cancelled: from anywhere, any number of times; one with a client of its own is not", async () => {
  gate = new Promise(() => {});
  const { id } = await client.responses.create({ model: "massgen", input, background: true });
  const watched = eventsOf(`/v1/responses/${id}?stream=true`);
  for (const _ of [1, 2]) expect(await client.responses.cancel(id)).toMatchObject({ id, status: "cancelled" });
  expect((await watched).at(-1)).toMatchObject({ type: "response.incomplete", response: { status: "cancelled" } });

  gate = Promise.resolve();
  const attached = await client.responses.create({ model: "massgen", input });
  await expect(client.responses.cancel(attached.id)).rejects.toBeInstanceOf(OpenAI.BadRequestError);
});

test("a failure is a status before the stream, and two events in it", async () => {
  says = () => {
    throw new Error("broken");
  };
  await expect(client.responses.create({ model: "massgen", input })).rejects.toMatchObject({ status: 502 });
  const events = await eventsOf("/v1/responses", { input, stream: true });
  expect(events.at(-2)).toMatchObject({ type: "error", message: expect.any(String), error: { param: null } });
  expect(events.at(-1)).toMatchObject({
    type: "response.failed",
    response: { status: "failed", error: { code: "server_error" } },
  });
});

test("an answer that ran into its limit is incomplete", async () => {
  says = () => ({ text: "Half an", finishReason: "length" });
  const events = await eventsOf("/v1/responses", { input, stream: true, max_output_tokens: 5 });
  expect(events.at(-1)).toMatchObject({
    type: "response.incomplete",
    response: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" }, max_output_tokens: 5 },
  });
});

test.each<[string, object, string, string]>([
  ["no input", {}, "input", "is missing"],
  ["an empty list", { input: [] }, "input", "must not be empty"],
  ["an item nobody knows", { input: [{ type: "hologram" }] }, "input[0]", "'hologram'"],
  [
    "a part nobody knows",
    { input: [{ role: "user", content: [{ type: "smell" }] }] },
    "input[0].content[0]",
    "'smell'",
  ],
  ["an output without a call", { input: [{ type: "function_call_output", call_id: "x", output: "" }] }, "input", "'x'"],
  [
    "a call without an output",
    { input: [{ type: "function_call", call_id: "x", name: "f", arguments: "{}" }] },
    "input",
    "no output for the call 'x'",
  ],
  ["a reference to nothing", { input: [{ type: "item_reference", id: "msg_1" }] }, "input[0].id", "'msg_1'"],
  [
    "a PDF",
    { input: [{ role: "user", content: [{ type: "input_file", file_id: "f" }] }] },
    "input[0].content[0]",
    "file",
  ],
  ["a choice of a hosted tool", { input, tools, tool_choice: { type: "web_search" } }, "tool_choice", "runs at OpenAI"],
  ["a choice of no tool", { input, tools, tool_choice: { type: "function", name: "x" } }, "tool_choice", "'x'"],
  ["a conversation", { input, conversation: "c" }, "conversation", "not supported"],
  ["log probabilities", { input, top_logprobs: 2 }, "top_logprobs", "not supported"],
  ["background without store", { input, background: true, store: false }, "background", "needs 'store'"],
])("refuses %s", async (_name, body, param, words) => {
  const refused = client.responses.create({ model: "massgen", ...body } as never);
  await expect(refused).rejects.toMatchObject({
    status: 400,
    param,
    message: expect.stringContaining(words) as string,
  });
});
