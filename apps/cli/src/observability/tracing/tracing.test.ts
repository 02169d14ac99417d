import * as api from "@opentelemetry/api";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { createTeam, MassgenError, type RunEvent } from "@massgen/core";
import { labelOf, phaseOf, scriptedModel, vote, type ScriptedReply } from "@massgen/core/testing";
import { expect, it } from "vitest";
import { createTracing, type Tracing } from "./tracing.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;
const usage = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 4, reasoningTokens: 2 };

function traced(content = false): { readonly tracing: Tracing; readonly spans: () => readonly ReadableSpan[] } {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracing = createTracing({
    api,
    tracer: provider.getTracer("massgen"),
    version: "1.2.3",
    content,
    redact: (text) => text.replaceAll("sk-secret", "[redacted]"),
    typeOf: (_, model) => (model === "gemini-x" ? "gemini" : "openai"),
  });
  return { tracing, spans: () => exporter.getFinishedSpans() };
}

/** The events of a team of two, the first of which is voted for. */
async function eventsOf(drafts: readonly ScriptedReply[], models = ["gpt-x", "gemini-x"]): Promise<RunEvent[]> {
  const agents = drafts.map((draft, at) => ({
    id: "ab"[at] ?? "",
    model: scriptedModel(
      (request) => {
        if (phaseOf(request) === "ballot") return vote(labelOf(request, "the sea"), "because of sk-secret");
        return phaseOf(request) === "draft" ? draft : { text: "It is the sea.", usage };
      },
      { model: models[at] ?? "m" },
    ),
  }));
  return Array.fromAsync(createTeam({ agents }).run({ messages }));
}

function feed(tracing: Tracing, events: readonly RunEvent[], headers = {}): void {
  tracing.begun({ runId: "run", request: { messages: [{ role: "user", content: "my key: sk-secret" }] }, ...headers });
  for (const event of events) tracing.event(event, "run");
  tracing.request({ requestId: "r", runId: "run", method: "POST", route: "/v1/responses", status: 200, ms: 1 });
}

/** The names of the GenAI conventions, version 1.41, for `invoke_agent` and `chat`. */
const conventions = new Set(
  `operation.name provider.name agent.name agent.version request.model request.stream response.finish_reasons
  response.time_to_first_chunk usage.input_tokens usage.output_tokens usage.cache_read.input_tokens
  usage.cache_creation.input_tokens usage.reasoning.output_tokens input.messages output.messages`
    .split(/\s+/)
    .map((name) => `gen_ai.${name}`),
);

it("a run is a span, and each call one below it, with names of the conventions only", async () => {
  const { tracing, spans } = traced();
  const draft = { text: "the sea", usage };
  feed(tracing, await eventsOf([draft, "the light"]));
  const run = spans().find(({ kind }) => kind === api.SpanKind.INTERNAL);
  const calls = spans().filter(({ kind }) => kind === api.SpanKind.CLIENT);
  expect(run).toMatchObject({
    name: "invoke_agent massgen",
    parentSpanContext: undefined,
    status: { code: api.SpanStatusCode.UNSET },
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": "massgen",
      "gen_ai.agent.name": "massgen",
      "gen_ai.agent.version": "1.2.3",
      "gen_ai.response.finish_reasons": ["stop"],
      "massgen.outcome": "unanimous",
      "massgen.degraded": false,
      "massgen.winner": "a",
      "massgen.tally.agents": ["a"],
      "massgen.tally.votes": [2],
      "massgen.calls.made": 5,
    },
  });
  expect(run?.events.map(({ name, attributes }) => [name, attributes?.["massgen.vote.choice"]])).toEqual([
    ["massgen.vote_cast", "a"],
    ["massgen.vote_cast", "a"],
    ["massgen.winner_selected", undefined],
  ]);
  expect(calls.map(({ name, attributes }) => `${name} ${String(attributes["massgen.call.purpose"])}`)).toEqual([
    "chat gpt-x draft",
    "chat gemini-x draft",
    "chat gpt-x ballot",
    "chat gemini-x ballot",
    "chat gpt-x presentation",
  ]);
  expect(calls[0]?.attributes).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-x",
    "gen_ai.agent.name": "a",
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 5,
    "gen_ai.usage.cache_read.input_tokens": 4,
    "gen_ai.usage.reasoning.output_tokens": 2,
    "gen_ai.response.finish_reasons": ["stop"],
    "massgen.call.result": "ok",
  });
  expect(calls[1]?.attributes["gen_ai.provider.name"]).toBe("gcp.gemini");
  for (const call of calls) expect(call.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
  const names = spans().flatMap(({ attributes }) => Object.keys(attributes));
  const ours = names.filter((name) => !name.startsWith("massgen."));
  for (const name of ours) expect(conventions).toContain(name);
  for (const span of spans()) {
    const text = JSON.stringify([span.attributes, span.events]);
    expect(text).not.toMatch(/sky|the sea|because|secret/);
  }
});

it("goes below the span that the client names", async () => {
  const { tracing, spans } = traced();
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: "vendor=1" };
  feed(tracing, await eventsOf(["the sea", "the light"]), headers);
  const run = spans().find(({ kind }) => kind === api.SpanKind.INTERNAL);
  expect(run?.parentSpanContext).toMatchObject({ traceId, spanId: "b7ad6b7169203331", isRemote: true });
  expect(run?.spanContext().traceState?.serialize()).toBe("vendor=1");
  for (const span of spans()) expect(span.spanContext().traceId).toBe(traceId);
  const unsampled = traced();
  feed(unsampled.tracing, await eventsOf(["the sea"]), { traceparent: `00-${traceId}-b7ad6b7169203331-00` });
  expect(unsampled.spans(), "the client's sampling decides").toEqual([]);
});

it("shows prompts, answers and reasons only where they are wanted, and no secrets of them", async () => {
  const { tracing, spans } = traced(true);
  feed(tracing, await eventsOf(["the sea", "the light"]));
  const run = spans().find(({ kind }) => kind === api.SpanKind.INTERNAL);
  expect(run?.attributes["gen_ai.input.messages"]).toContain("my key: [redacted]");
  expect(run?.attributes["gen_ai.output.messages"]).toContain("It is the sea.");
  expect(run?.events[0]?.attributes?.["massgen.vote.reason"]).toBe("because of [redacted]");
  const outputs = spans()
    .filter(({ kind }) => kind === api.SpanKind.CLIENT)
    .map(({ attributes }) => String(attributes["gen_ai.output.messages"]).match(/"content":"([^"]*)"/)?.[1]);
  expect(outputs).toEqual(["the sea", "the light", undefined, undefined, "It is the sea."]);
});

it("failures are errors with their code, of a run and of a call", async () => {
  const { tracing, spans } = traced();
  const gone: ScriptedReply = { error: new MassgenError("not-found", "no such model: the prompt") };
  feed(tracing, await eventsOf([gone, gone]));
  for (const span of spans()) {
    expect(span.status.code).toBe(api.SpanStatusCode.ERROR);
    expect(span.attributes["error.type"]).toBe("not-found");
    expect(JSON.stringify([span.attributes, span.events, span.status])).not.toContain("the prompt");
  }
  expect(spans()).toHaveLength(3);
});

it("a run that another process began is written once, by the one that ends it", async () => {
  const { tracing, spans } = traced();
  const events = await eventsOf(["the sea", "the light"]);
  for (const event of events) tracing.keptEvent(event, "run", event.type !== "run-finished");
  for (const event of events) tracing.keptEvent(event, "over", true);
  expect(spans()).toHaveLength(6);
  expect(spans().at(-1)?.events).toHaveLength(3);
});
