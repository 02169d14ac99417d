// How the final answer of a run in the background reaches those who watch, when they come and where.
import { createTeam, MassgenError, systemPorts, type Team } from "@massgen/core";
import { type ChatModel, contractVersion } from "@massgen/core/model";
import { labelOf, phaseOf, scriptedModel, vote } from "@massgen/core/testing";
import { readResponseEvents, type ResponseEvent } from "@massgen/openai-shapes";
import { createKeeper, createMemoryStore, type Keeper, type KeptRun, type RunStore } from "@massgen/runs";
import { afterEach, expect, test } from "vitest";
import { start, type TestServer } from "./client.ts";
import { asked, host, type Host, stopHosts } from "./store-host.ts";

let others: { readonly server: TestServer; readonly keeper: Keeper }[] = [];
afterEach(async () => {
  await stopHosts();
  for (const { server, keeper } of others) {
    await server.running.close({ timeoutMs: 0 });
    await keeper.close(0);
  }
  others = [];
});

/** The final answer of a team, written as the test says. */
class Writer {
  readonly #pieces: (string | MassgenError | undefined)[] = [];
  /** What it thinks before it writes. */
  thought = "";
  #more = Promise.withResolvers<void>();
  readonly team: Team;

  constructor(ids: readonly string[] = ["a", "b", "c"]) {
    const agents = ids.map((id) => {
      const model = scriptedModel((request) =>
        phaseOf(request) === "ballot" ? vote(labelOf(request, "a says"), "clear") : `${id} says`,
      );
      const stream: ChatModel["stream"] = (request) =>
        ids.length === 1 || phaseOf(request) === "presentation" ? this.#written() : model.stream(request);
      return { id, model: { contract: contractVersion, model: model.model, stream } };
    });
    this.team = createTeam({ agents, coordination: { finalAnswer: "synthesize", traces: "full" } });
  }

  /** Goes on with a piece, breaks off, or ends. */
  write(piece?: string | MassgenError): void {
    this.#pieces.push(piece);
    this.#more.resolve();
  }

  async *#written(): ReturnType<ChatModel["stream"]> {
    if (this.thought !== "") yield { type: "reasoning-delta", text: this.thought };
    for (;;) {
      while (this.#pieces.length === 0) {
        this.#more = Promise.withResolvers();
        await this.#more.promise;
      }
      const piece = this.#pieces.shift();
      if (piece === undefined) break;
      if (typeof piece !== "string") throw piece;
      yield { type: "text-delta", text: piece };
    }
    yield { type: "finish", reason: "stop" };
  }
}

/** A client that reads a stream as it comes. */
class Viewer {
  text = "";
  readonly over: Promise<void>;

  constructor(url: string) {
    this.over = (async () => {
      const { body } = await fetch(url);
      for await (const bytes of body?.pipeThrough(new TextDecoderStream()) ?? []) this.text += bytes;
    })();
  }

  get deltas(): readonly ResponseEvent[] {
    return [...this.text.matchAll(/^data: (\{.*"type":"response\.output_text\.delta".*\})$/gm)].map(
      ([, json = ""]) => JSON.parse(json) as ResponseEvent,
    );
  }
}

/** Waits until a viewer has read this text. */
async function shows(viewer: Viewer, text: string): Promise<void> {
  await expect.poll(() => viewer.deltas.map((event) => event["delta"]).join(""), { timeout: 20_000 }).toBe(text);
}

const live = { backgroundDelivery: "live" } as const;

async function begun({ client, server }: Pick<Host, "client" | "server">): Promise<{ id: string; url: string }> {
  const { id } = await client.responses.create({ ...asked, background: true });
  return { id, url: `${server.url}/v1/responses/${id}?stream=true` };
}

/** Another process on the same store, which drives nothing. */
async function elsewhere(store: RunStore, team: Team): Promise<string> {
  const keeper = createKeeper({
    store: { ...store, close: async () => {} },
    agentsFor: async () => [],
    ports: systemPorts,
  });
  const server = await start({ team, keeper, options: live });
  others.push({ server, keeper });
  return server.url;
}

/** What of a stream does not depend on when its viewer came. */
const lasting = (text: string): readonly ResponseEvent[] =>
  readResponseEvents(text, "rising").filter(({ type }) => type !== "response.output_text.delta");

test("live: what one agent thought before its text is shown to nobody, since it is kept behind it", async () => {
  const writer = new Writer(["a"]);
  writer.thought = "Rayleigh, perhaps.";
  const { url } = await begun(await host(createMemoryStore(), writer.team, [], undefined, {}, live));
  const early = new Viewer(url);
  writer.write("Blue.");
  await shows(early, "Blue.");
  writer.write();
  await early.over;
  const late = new Viewer(url);
  await late.over;
  expect(lasting(late.text)).toEqual(lasting(early.text));
  expect(late.text).toContain('"status":"completed"');
  expect(late.text).not.toContain(writer.thought);
});

test("live: pieces come as they are written, and each viewer counts alike, early, late or elsewhere", async () => {
  const writer = new Writer();
  const store = createMemoryStore();
  const here = await host(store, writer.team, [], undefined, {}, live);
  const { url, id } = await begun(here);
  const there = await elsewhere(store, writer.team);
  const early = new Viewer(url);
  const away = new Viewer(`${there}/v1/responses/${id}?stream=true`);
  writer.write("Blue, ");
  await shows(early, "Blue, ");
  writer.write("because it ");
  await shows(early, "Blue, because it ");
  const late = new Viewer(url);
  await shows(late, "Blue, because it ");
  expect(late.deltas).toHaveLength(1);
  expect(late.deltas[0]?.["sequence_number"]).toBe(early.deltas[1]?.["sequence_number"]);
  // Back behind the first piece, and within it.
  const first = early.deltas[0]?.sequence_number ?? Infinity;
  const back = new Viewer(`${url}&starting_after=${first}`);
  await shows(back, "because it ");
  const within = new Viewer(`${url}&starting_after=${first - 2}`);
  await shows(within, ", because it ");
  expect(away.deltas).toEqual([]);
  writer.write("scatters.");
  writer.write();

  const all = [early, late, away];
  for (const { over } of [...all, back, within]) await over;
  const whole = new Viewer(url);
  await whole.over;
  for (const viewer of [...all, whole]) {
    await shows(viewer, "Blue, because it scatters.");
    expect(lasting(viewer.text)).toEqual(lasting(early.text));
    expect(viewer.deltas.at(-1)?.["sequence_number"]).toBe(early.deltas.at(-1)?.["sequence_number"]);
  }
  await shows(back, "because it scatters.");
  expect(early.text.endsWith(back.text.slice(back.text.indexOf('"delta":"scatters."')))).toBe(true);
  expect(whole.deltas).toHaveLength(1);
  const fetched = await here.client.responses.retrieve(id);
  expect([fetched.status, fetched.output_text]).toEqual(["completed", "Blue, because it scatters."]);
});

test("live: an answer that breaks off fails the run, and who saw half of it learns so anywhere", async () => {
  const writer = new Writer();
  const store = createMemoryStore();
  const here = await host(store, writer.team, [], undefined, {}, live);
  const { url, id } = await begun(here);
  const viewer = new Viewer(url);
  writer.write("Half an ");
  await shows(viewer, "Half an ");
  writer.write(new MassgenError("truncated", "cut off"));
  await viewer.over;
  const events = readResponseEvents(viewer.text, "rising");
  expect(events.at(-1)?.type).toBe("response.failed");
  const there = await elsewhere(store, writer.team);
  const seen = viewer.deltas[0]?.["sequence_number"];
  const back = new Viewer(`${there}/v1/responses/${id}?stream=true&starting_after=${seen}`);
  await back.over;
  expect(typesOf(back.text)).toEqual(["error", "response.failed"]);
  const numberOf = (text: string): unknown => /"type":"error","sequence_number":(\d+)/.exec(text)?.[1];
  expect(numberOf(back.text)).toBe(numberOf(viewer.text));
  expect((await here.client.responses.retrieve(id)).status).toBe("failed");
});

test("whole, by default: nothing comes before the end, and one that breaks off is written again", async () => {
  const writer = new Writer();
  const here = await host(createMemoryStore(), writer.team);
  const { url, id } = await begun(here);
  const viewer = new Viewer(url);
  writer.write("Half an ");
  writer.write(new MassgenError("truncated", "cut off"));
  writer.write("Blue.");
  writer.write();
  await viewer.over;
  await shows(viewer, "Blue.");
  expect(viewer.deltas).toHaveLength(1);
  const numbers = readResponseEvents(viewer.text).map((event) => event["sequence_number"]);
  expect(numbers).toEqual(numbers.map((_, at) => at));
  expect((await here.client.responses.retrieve(id)).output_text).toBe("Blue.");
});

test("live: an answer in a response format is whole", async () => {
  const writer = new Writer();
  const here = await host(createMemoryStore(), writer.team, [], undefined, {}, live);
  const text = { format: { type: "json_object" } } as const;
  const { id } = await here.client.responses.create({ ...asked, background: true, text });
  writer.write(' {"sky":');
  writer.write('"blue"} ');
  writer.write();
  const viewer = new Viewer(`${here.server.url}/v1/responses/${id}?stream=true`);
  await viewer.over;
  expect(viewer.deltas.map((event) => event["delta"])).toEqual(['{"sky":"blue"}']);
});

test("a number of another version of the wire goes on behind a snapshot", async () => {
  const writer = new Writer();
  const store = createMemoryStore();
  const older: RunStore = {
    ...store,
    find: async (id) => older1(await store.find(id)),
  };
  const here = await host(older, writer.team, [], undefined, {}, live);
  const { url } = await begun(here);
  const viewer = new Viewer(url);
  writer.write("Blue, ");
  await shows(viewer, "Blue, ");
  const back = new Viewer(`${url}&starting_after=5000`);
  await expect.poll(() => typesOf(back.text), { timeout: 20_000 }).toContain("response.in_progress");
  writer.write("indeed.");
  writer.write();
  await back.over;
  const [snapshot, ...rest] = eventsOf(back.text);
  expect(snapshot).toMatchObject({ type: "response.in_progress", sequence_number: 5001 });
  expect(snapshot).toHaveProperty("response.output[0]");
  expect(rest.at(-1)).toMatchObject({ type: "response.completed" });
  for (const [at, event] of rest.entries()) {
    const before = [snapshot, ...rest][at];
    expect(event.sequence_number).toBeGreaterThan(before?.sequence_number ?? Infinity);
  }
  // Whoever has no number sees it from the beginning, and when it is over a snapshot is followed by the end.
  await viewer.over;
  expect(typesOf(viewer.text)[0]).toBe("response.created");
  const after = new Viewer(`${url}&starting_after=5000`);
  await after.over;
  expect(typesOf(after.text)).toEqual(["response.in_progress", ...typesOf(after.text).slice(1)]);
  expect(typesOf(after.text).at(-1)).toBe("response.completed");
});

function older1(run: KeptRun | undefined): KeptRun | undefined {
  return run && { ...run, fold: 0 };
}

function eventsOf(text: string): readonly ResponseEvent[] {
  return [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json = ""]) => JSON.parse(json) as ResponseEvent);
}

function typesOf(text: string): readonly string[] {
  return eventsOf(text).map(({ type }) => type);
}
