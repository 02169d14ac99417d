// Runs that outlive their clients and their server, through a real team and a real store.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore, StoreError } from "@massgen/runs";
import { openSqliteStore } from "@massgen/runs/sqlite";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { LogEntry } from "../src/index.ts";
import { asked, gatedTeam, host, stopHosts } from "./store-host.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-server-store-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

afterEach(stopHosts);

const answer = "Blue, because it scatters.";

test("a response is fetched, continued and deleted after a restart", async () => {
  const file = join(folder, "restart.db");
  const first = await host(await openSqliteStore({ file }), gatedTeam().team);
  const made = await first.client.responses.create({ ...asked, metadata: { ticket: "7" } });
  expect(made.output_text).toBe(answer);
  const streamed = await first.client.responses.create({ ...asked, stream: true });
  let streamedId = "";
  for await (const event of streamed) if (event.type === "response.completed") streamedId = event.response.id;
  await first.stop();

  const { client } = await host(await openSqliteStore({ file }), gatedTeam().team);
  const fetched = await client.responses.retrieve(made.id);
  expect(fetched).toEqual({ ...made, output_text: fetched.output_text });
  expect(fetched.metadata).toEqual({ ticket: "7" });
  expect((await client.responses.retrieve(streamedId)).output_text).toBe(answer);
  const items = await client.responses.inputItems.list(made.id);
  expect(items.data).toMatchObject([{ role: "user", content: [{ text: asked.input }] }]);
  const next = await client.responses.create({ ...asked, input: "And at night?", previous_response_id: made.id });
  expect(next.status).toBe("completed");
  const message = fetched.output.find(({ type }) => type === "message");
  const referring = await client.responses.create({
    ...asked,
    input: [
      { type: "item_reference", id: message?.id ?? "" },
      { role: "user", content: "Say it again." },
    ],
  });
  expect(referring.status).toBe("completed");
  await client.responses.delete(made.id);
  await expect(client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
});

test("a run in the background goes on in the next process, and its stream at the next event", async () => {
  const file = join(folder, "background.db");
  const stuck = gatedTeam(new Promise(() => {}));
  const first = await host(await openSqliteStore({ file }), stuck.team);
  const stream = await first.client.responses.create({ ...asked, background: true, stream: true });
  const seen: OpenAI.Responses.ResponseStreamEvent[] = [];
  let id = "";
  for await (const event of stream) {
    seen.push(event);
    if (event.type === "response.created") id = event.response.id;
    if (seen.length === 3) break;
  }
  await first.stop();

  const { team } = gatedTeam();
  const { client } = await host(await openSqliteStore({ file }), team);
  const rest = await client.responses.retrieve(id, {
    stream: true,
    starting_after: seen.at(-1)?.sequence_number ?? -1,
  });
  for await (const event of rest) seen.push(event);
  expect(seen.map((event) => event.sequence_number)).toEqual(seen.map((_, at) => at));
  expect(seen.at(-1)).toMatchObject({ type: "response.completed" });
  const whole = await client.responses.retrieve(id);
  expect([whole.status, whole.output_text]).toEqual(["completed", answer]);
  const again = await client.responses.retrieve(id, { stream: true });
  const replayed: OpenAI.Responses.ResponseStreamEvent[] = [];
  for await (const event of again) replayed.push(event);
  expect(replayed).toEqual(seen);
});

test("a run in the background is answered at once, polled, and cancelled", async () => {
  const { client } = await host(createMemoryStore(), gatedTeam(new Promise(() => {})).team);
  const made = await client.responses.create({ ...asked, background: true });
  expect(["queued", "in_progress"]).toContain(made.status);
  expect((await client.responses.cancel(made.id)).status).toBe("cancelled");
  expect((await client.responses.cancel(made.id)).status).toBe("cancelled");
  expect((await client.responses.retrieve(made.id)).status).toBe("cancelled");
});

test("nobody finds what another key stored, in memory or in the store", async () => {
  const { client, server } = await host(createMemoryStore(), gatedTeam().team, ["key-of-ada-1234", "key-of-bob-1234"]);
  const made = await client.responses.create(asked);
  const bob = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "key-of-bob-1234", maxRetries: 0 });
  await expect(bob.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
  await expect(bob.responses.create({ ...asked, previous_response_id: made.id })).rejects.toMatchObject({
    status: 400,
    code: "previous_response_not_found",
  });
  expect((await client.responses.retrieve(made.id)).output_text).toBe(answer);
});

test("keys of one name share what they stored, whatever the store, also after a restart; the log has the name", async () => {
  const file = join(folder, "names.db");
  const entries: LogEntry[] = [];
  const keysOfAda = [
    { name: "ada", key: "old" },
    { name: "ada", key: "new" },
  ];
  const first = await host(await openSqliteStore({ file }), gatedTeam().team, [...keysOfAda, "nameless"], (entry) =>
    entries.push(entry),
  );
  const { id } = await first.client.responses.create(asked);
  await first.stop();
  expect(entries.map(({ key }) => key)).toEqual(["ada"]);
  const second = await host(await openSqliteStore({ file }), gatedTeam().team, [
    { name: "ada", key: "new" },
    { name: "bob", key: "old" },
    "nameless",
  ]);
  expect((await second.client.responses.retrieve(id)).output_text).toBe(answer);
  for (const apiKey of ["old", "nameless"]) {
    await expect(second.client.withOptions({ apiKey }).responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  }
  expect((await second.keeper.list({ limit: 9 })).map(({ owner }) => owner)).toEqual(["ada"]);
});

test("while the store is away: POST in the background is 503, others are answered, /ready says so", async () => {
  const away = (): Promise<never> => Promise.reject(new StoreError("unavailable", "the disk is away"));
  const store = createMemoryStore();
  const { client, server } = await host({ ...store, create: away, find: away, ping: away }, gatedTeam().team);
  await expect(client.responses.create({ ...asked, background: true })).rejects.toMatchObject({
    status: 503,
    code: "store_unavailable",
  });
  expect((await client.responses.create(asked)).output_text).toBe(answer);
  const ready = await fetch(`${server.url}/ready`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: "store-unavailable" }]);
  await expect(client.responses.retrieve("resp_1")).rejects.toMatchObject({ status: 503 });
});

test("with store: false nothing is on disk, and no client finds what memory keeps for history", async () => {
  const sqlite = await host(await openSqliteStore({ file: join(folder, "unasked.db") }), gatedTeam().team);
  const unasked = await sqlite.client.responses.create({ ...asked, store: false });
  await expect(sqlite.client.responses.retrieve(unasked.id)).rejects.toMatchObject({ status: 404 });
  expect(await sqlite.keeper.list({ limit: 10 })).toEqual([]);

  const { client, keeper } = await host(createMemoryStore(), gatedTeam().team);
  const made = await client.responses.create({ ...asked, store: false });
  await expect(client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
  const next = client.responses.create({ ...asked, previous_response_id: made.id });
  await expect(next).rejects.toMatchObject({ code: "previous_response_not_found" });
  await expect.poll(() => keeper.list({ limit: 10 })).toMatchObject([{ historyOnly: true, question: asked.input }]);
});
