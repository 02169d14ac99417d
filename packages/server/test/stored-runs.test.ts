// How long stored runs and runs in the background last, whoever leaves.
import { createTeam, type RunEvent, type RunRequest } from "@massgen/core";
import { contractVersion, type ChatModel } from "@massgen/core/model";
import { phaseOf, scriptedModel, type ScriptedReply } from "@massgen/core/testing";
import { readResponseEvents } from "@massgen/openai-shapes";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Engine, LogEntry, ServerOptions } from "../src/index.ts";
import { start, type TestServer } from "./client.ts";

let server: TestServer;
let requests: RunRequest[];
let says: () => ScriptedReply;
/** A gate in front of every model. */
let gate: PromiseWithResolvers<void>;
let logged: LogEntry[];

beforeEach(() => {
  requests = [];
  logged = [];
  gate = Promise.withResolvers();
  says = () => ({ text: "Good day.", reasoning: "Hm." });
});
afterEach(() => server.running.close({ timeoutMs: 0 }));

async function serving(options: Partial<ServerOptions> = {}, own: Partial<Engine> = {}): Promise<void> {
  const model = scriptedModel(async (request): Promise<ScriptedReply> => {
    await gate.promise;
    return phaseOf(request) === "draft" ? says() : { text: "" };
  });
  const team = createTeam({ agents: [{ id: "red", model }], coordination: { traces: "full" } });
  const engine: Engine = {
    async start({ request }) {
      requests.push(request);
      return team.run(request);
    },
    models: () => [],
    ready: () => true,
    ...own,
  };
  server = await start({ engine, options: { ...options, log: (entry) => void logged.push(entry) } });
}

function call(path: string, body?: object, init: RequestInit = {}): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const sent = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify({ input: "Hi", ...body }) };
  return fetch(`${server.url}/v1/responses${path}`, { ...sent, ...init });
}

async function idOf(response: Response): Promise<string> {
  return ((await response.json()) as { id: string }).id;
}

function responseIn(event: unknown): object {
  return (event as { readonly response: object }).response;
}

/** The first log entry of a request with a run, once it is there. */
async function entry(): Promise<LogEntry> {
  const find = (): LogEntry | undefined => logged.find(({ runId }) => runId !== undefined);
  await expect.poll(find, { timeout: 20_000 }).toBeDefined();
  return find() as LogEntry;
}

test("what is fetched is what was answered, whole and streamed", async () => {
  await serving();
  gate.resolve();
  const whole = (await (await call("", {})).json()) as { id: string; output: object[] };
  expect(await (await call(`/${whole.id}`)).json()).toEqual(whole);
  expect(whole.output[0]).toMatchObject({ type: "reasoning", content: [{ type: "reasoning_text", text: "Hm." }] });

  const live = readResponseEvents(await (await call("", { stream: true })).text());
  const { id } = (live[0] as unknown as { response: { id: string } }).response;
  const again = await (await call(`/${id}?stream=true`)).text();
  expect(await (await call(`/${id}?stream=true`)).text()).toBe(again);
  const kept = readResponseEvents(again);
  expect(responseIn(kept.at(-1))).toEqual(responseIn(live.at(-1)));
  for (const events of [live, kept]) {
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, at) => at));
    expect(events.map(({ type }) => type)).toContain("response.reasoning_text.delta");
    expect(events.at(-1)?.type).toBe("response.completed");
  }
});

test("a stored run whose client leaves is forgotten", async () => {
  await serving();
  const left = new AbortController();
  const response = await call("", { stream: true }, { signal: left.signal });
  const id = `resp_${response.headers.get("x-massgen-run-id")?.replace("run_", "")}`;
  expect((await call(`/${id}`)).status).toBe(200);
  left.abort();
  expect(await entry()).toMatchObject({ outcome: "client-gone" });
  expect((await call(`/${id}`)).status).toBe(404);
});

test("a run that breaks is not kept for ever", async () => {
  await serving(
    {},
    {
      start: async ({ request }) => ({
        ...createTeam({ agents: [{ id: "red", model: scriptedModel(() => ({ text: "" })) }] }).run(request),
        id: "run_broken",
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("broken")) }),
      }),
    },
  );
  expect((await call("", {})).status).toBe(500);
  expect((await call("/resp_broken")).status).toBe(404);
});

test("a run in the background whose engine breaks is found as failed, by whoever looks", async () => {
  await serving(
    {},
    {
      start: async ({ request }) => {
        const run = createTeam({ agents: [{ id: "red", model: scriptedModel(() => ({ text: "" })) }] }).run(request);
        async function* events() {
          for await (const event of run.events()) {
            if (event.type === "run-finished") break;
            yield event;
          }
          await gate.promise;
          throw new Error("broken");
        }
        return { ...run, id: "run_broken", events: () => events() as ReturnType<typeof run.events> };
      },
    },
  );
  const begun = call("", { background: true, stream: true });
  gate.resolve();
  const frames = readResponseEvents(await (await begun).text());
  expect(frames.at(-1)).toMatchObject({ type: "response.failed", response: { status: "failed" } });
  expect((await entry()).error).toMatchObject({ code: "internal_error", stack: expect.stringContaining("broken") });
  const found = await call("/resp_broken");
  expect(found.status).toBe(200);
  expect(await found.json()).toMatchObject({ status: "failed", error: { code: "server_error" } });
  expect(readResponseEvents(await (await call("/resp_broken?stream=true")).text())).toEqual(frames);
  expect((await call("/resp_broken/cancel", {})).status).toBe(200);
});

test("drafts under way are not in what is stored: traces of `live` are `full` there", async () => {
  const slow: ChatModel = {
    contract: contractVersion,
    model: "slow",
    async *stream() {
      yield { type: "text-delta", text: "One\nTwo\n" };
      await gate.promise;
      yield { type: "text-delta", text: "Three\n" };
      yield { type: "finish", reason: "stop" };
    },
  };
  const agents = ["red", "blue"].map((id) => ({ id, model: slow }));
  const team = createTeam({ agents, coordination: { traces: "live" } });
  const observe = ({ type }: RunEvent): void => {
    if (type === "draft-delta") gate.resolve();
  };
  await serving({ observe }, { start: async ({ request }) => team.run(request) });
  const live = readResponseEvents(await (await call("", { stream: true })).text());
  const { id } = (live[0] as unknown as { response: { id: string } }).response;
  expect(readResponseEvents(await (await call(`/${id}?stream=true`)).text())).toEqual(live);
});

test("a run in the background has its place until it ends, no deadline of waiting clients, and its own log entry", async () => {
  says = () => {
    throw new Error("broken");
  };
  await serving({ maxConcurrentRuns: 1, queue: { places: 0, waitMs: 0 } });
  const id = await idOf(await call("", { background: true }));
  expect(requests).toMatchObject([{ delivery: "whole" }]);
  expect(requests[0]).not.toHaveProperty("deadlineMs");
  expect([server.admission.inFlight, (await call("", {})).status]).toEqual([1, 429]);
  gate.resolve();
  expect(await entry()).toMatchObject({
    status: 200,
    route: "/v1/responses",
    receipt: { agents: [{ id: "red", status: "failed" }] },
    error: { code: "provider_defect" },
  });
  expect(server.admission.inFlight).toBe(0);
  expect(await (await call(`/${id}`)).json()).toMatchObject({ status: "failed", error: { code: "server_error" } });
});

test("a client that leaves a stream in the background does not make it one that was left", async () => {
  await serving();
  const left = new AbortController();
  const response = await call("", { background: true, stream: true }, { signal: left.signal });
  const id = `resp_${response.headers.get("x-massgen-run-id")?.replace("run_", "")}`;
  left.abort();
  gate.resolve();
  expect(await entry()).toMatchObject({ outcome: "single" });
  expect(await (await call(`/${id}`)).json()).toMatchObject({ status: "completed" });
});

test("a client that leaves the line has no run in the background", async () => {
  await serving({ maxConcurrentRuns: 1, queue: { places: 1, waitMs: 60_000 } });
  await call("", { background: true });
  const left = new AbortController();
  const second = call("", { background: true }, { signal: left.signal }).catch(() => "left");
  await expect.poll(() => server.admission.waiting, { timeout: 20_000 }).toBe(1);
  left.abort();
  expect(await second).toBe("left");
  await expect.poll(() => server.admission.waiting, { timeout: 20_000 }).toBe(0);
  gate.resolve();
  await server.admission.emptied();
  expect(requests.length).toBe(1);
});

test("a cancelled run is no error, and its viewers see it end", async () => {
  await serving();
  const id = await idOf(await call("", { background: true }));
  const viewer = await call(`/${id}?stream=true`);
  expect((await call(`/${id}/cancel`, {})).status).toBe(200);
  expect(readResponseEvents(await viewer.text()).at(-1)).toMatchObject({ response: { status: "cancelled" } });
  const told = await entry();
  expect(told).toMatchObject({ outcome: "cancelled", route: "/v1/responses" });
  expect(told).not.toHaveProperty("error");
  expect(logged.map(({ route }) => route)).toContain("/v1/responses/:id/cancel");
});

test("deleted: a run in the background ends, one with its client goes on", async () => {
  await serving();
  const id = await idOf(await call("", { background: true }));
  const viewer = await call(`/${id}?stream=true`);
  expect(await (await call(`/${id}`, undefined, { method: "DELETE" })).json()).toMatchObject({ id, deleted: true });
  expect(readResponseEvents(await viewer.text()).at(-1)).toMatchObject({ response: { status: "cancelled" } });
  await server.admission.emptied();
  expect((await call(`/${id}`)).status).toBe(404);

  const stream = await call("", { stream: true });
  const its = `resp_${stream.headers.get("x-massgen-run-id")?.replace("run_", "")}`;
  expect((await call(`/${its}`, undefined, { method: "DELETE" })).status).toBe(200);
  gate.resolve();
  expect(readResponseEvents(await stream.text()).at(-1)).toMatchObject({ type: "response.completed" });
  expect((await call(`/${its}`)).status).toBe(404);
});

test("shutting down waits for runs in the background, and cuts short what takes too long", async () => {
  await serving();
  await call("", { background: true });
  const closing = server.running.close({ timeoutMs: 60_000 });
  gate.resolve();
  expect(await closing).toBe("drained");
  expect(await entry()).toMatchObject({ outcome: "single" });

  gate = Promise.withResolvers();
  logged = [];
  await serving();
  await call("", { background: true });
  expect(await server.running.close({ timeoutMs: 0 })).toBe("cut-short");
  expect(await entry()).toMatchObject({ outcome: "cancelled", error: { code: "draining" } });
});

test("a run in the background counts for the memory of requests until it ends", async () => {
  await serving({ bodyMemory: 3000 });
  const input = "x".repeat(2000);
  await call("", { background: true, input });
  expect((await call("", { input })).status).toBe(429);
  gate.resolve();
  await server.admission.emptied();
  await expect.poll(async () => (await call("", { input })).status, { timeout: 20_000 }).toBe(200);
});
