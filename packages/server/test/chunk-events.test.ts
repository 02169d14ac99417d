// Events beside the text on chunks of chat completions, for applications that ask for them.
import { createTeam, type RunEvent, type Team } from "@massgen/core";
import { phaseOf, scriptedModel, vote, answersIn } from "@massgen/core/testing";
import { afterEach, expect, test } from "vitest";
import type { ChatCompletionChunk } from "../src/index.ts";
import { chunksOf, hello, joined, post, start, type TestServer } from "./client.ts";

const servers = new Set<TestServer>();
afterEach(async () => {
  for (const { running } of servers) await running.close({ timeoutMs: 0 });
  servers.clear();
});

const agents = ["a", "b", "c"].map((id) => ({
  id,
  model: scriptedModel((request) => {
    switch (phaseOf(request)) {
      case "draft":
        return `${id} says`;
      case "ballot":
        return vote([...answersIn(request).keys()][0] ?? "", "clear");
      case "presentation":
        return { pieces: ["It is ", "blue 🟦."] };
    }
  }),
}));
const team = createTeam({ agents });

async function serve(served: Team = team): Promise<TestServer> {
  const server = await start({ team: served });
  servers.add(server);
  return server;
}

interface Streamed {
  readonly chunks: readonly ChatCompletionChunk[];
  readonly events: readonly RunEvent[];
  readonly text: string;
}

async function streamed(url: string, more: object, headers: Record<string, string> = {}): Promise<Streamed> {
  const response = await post(url, { ...hello, stream: true, ...more }, { headers });
  const frames = chunksOf(await response.text());
  const chunks = frames as unknown as readonly ChatCompletionChunk[];
  return {
    chunks,
    events: chunks.flatMap(({ massgen_event: event }) => event ?? []),
    text: joined(
      frames.filter(({ error }) => error === undefined),
      "content",
    ),
  };
}

const asHeader = { "x-massgen-events": "1" };
const asOption = { stream_options: { include_massgen_events: true } };

test("all events, in order, beside the text that there would be without them", async () => {
  const { url } = await serve();
  const plain = await streamed(url, {});
  expect(plain.events).toEqual([]);
  for (const [more, headers] of [
    [{}, asHeader],
    [asOption, {}],
  ] as const) {
    const { chunks, events, text } = await streamed(url, more, headers);
    expect(text).toBe("It is blue 🟦.");
    expect(text).toBe(plain.text);
    const logged = events.filter(({ seq }) => seq !== undefined);
    expect(logged.map(({ seq }) => seq)).toEqual(logged.map((_, at) => at));
    const types = events.map(({ type }) => type);
    expect([types[0], types.at(-1)]).toEqual(["run-started", "run-finished"]);
    for (const type of ["draft-finished", "round-started", "vote-cast", "winner-selected"] as const) {
      expect(types).toContain(type);
    }
    const said = events.map((event) => (event.type === "content-delta" ? event.text : ""));
    expect(said.join("")).toBe(text);
    for (const { massgen_event: event, choices } of chunks) {
      if (event?.type === "content-delta") expect(choices[0]?.delta.content).toBe(event.text);
      if (event !== undefined) expect(choices).toHaveLength(1);
    }
    const last = chunks.at(-1);
    expect([last?.choices[0]?.finish_reason, last?.massgen_event?.type]).toEqual(["stop", "run-finished"]);
    expect(last?.massgen_metadata).toBeDefined();
  }
});

test("usage stays null on chunks of events, and the last chunk has it", async () => {
  const { url } = await serve();
  const { chunks, events } = await streamed(url, {
    stream_options: { include_usage: true, include_massgen_events: true },
  });
  expect(events.length).toBeGreaterThan(5);
  expect(new Set(chunks.slice(0, -1).map(({ usage }) => usage))).toEqual(new Set([null]));
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) as number } });
});

test("traces: off shows no events; a request for fewer traces still gets them", async () => {
  const off = await serve(createTeam({ agents, coordination: { traces: "off" } }));
  expect((await streamed(off.url, {}, asHeader)).events).toEqual([]);
  const { url } = await serve();
  const { events, chunks } = await streamed(url, {}, { ...asHeader, "x-massgen-traces": "off" });
  expect(events.length).toBeGreaterThan(5);
  expect(joined(chunks as never, "reasoning_content")).toBe("");
});

test("a run that fails ends as without events", async () => {
  const { url } = await serve(createTeam({ agents: [scriptedModel(() => Promise.reject(new Error("out of order")))] }));
  const { chunks, events } = await streamed(url, {}, asHeader);
  expect(events.map(({ type }) => type)).toContain("agent-failed");
  expect(chunks.at(-1)).toMatchObject({ error: { type: "upstream_error" } });
});

test("anything but 0 and 1 is refused by name", async () => {
  const { url } = await serve();
  const response = await post(url, hello, { headers: { "x-massgen-events": "yes" } });
  expect([response.status, await response.json()]).toMatchObject([400, { error: { param: "x-massgen-events" } }]);
  const option = await post(url, { ...hello, stream_options: { include_massgen_events: "yes" } });
  expect(await option.json()).toMatchObject({ error: { param: "stream_options.include_massgen_events" } });
});
