// Chat completions with `store: true`, in memory and in a store that outlives the server.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTeam, systemPorts, type Team } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";
import { parseCompletion } from "@massgen/openai-shapes";
import { createKeeper } from "@massgen/runs";
import { openSqliteStore } from "@massgen/runs/sqlite";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { start } from "./client.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-completions-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = new Set<() => Promise<void>>();
afterEach(async () => {
  for (const stop of open) await stop();
});

const failing = createTeam({
  agents: [{ id: "a", model: scriptedModel(() => Promise.reject(new Error("out of order"))) }],
});
const solo = createTeam({
  agents: [
    { id: "a", model: scriptedModel(({ messages: sent }) => `You said ${JSON.stringify(sent.at(-1)?.content)}.`) },
  ],
});

async function host(file?: string, team: Team = solo) {
  const keeper =
    file === undefined
      ? undefined
      : createKeeper({
          store: await openSqliteStore({ file }),
          agentsFor: async () => team.agents,
          ports: systemPorts,
        });
  await keeper?.begin();
  const options = { apiKeys: ["key-of-ada", "key-of-bob"] };
  const { url, running } = await start({ team, options, ...(keeper && { keeper }) });
  const stop = async () => {
    if (!open.delete(stop)) return;
    await running.close({ timeoutMs: 0 });
    await keeper?.close(0);
  };
  open.add(stop);
  const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  const { completions } = clientOf("key-of-ada").chat;
  return { url, stop, completions, bob: clientOf("key-of-bob").chat.completions, keeper };
}

const messages = [
  { role: "system" as const, content: "Be brief." },
  { role: "user" as const, content: "Hello" },
];
const asked = { model: "massgen", messages, store: true, metadata: { ticket: "7" } } as const;
const gone = { status: 404, code: "unknown_url" };

test.each(["memory", "sqlite"])("in %s: fetched as it was answered, whole or streamed, and deleted", async (kind) => {
  const file = kind === "sqlite" ? join(folder, "fetched.db") : undefined;
  const { completions, bob } = await host(file);
  const made = await completions.create(asked);
  expect(made).toMatchObject({ id: expect.stringMatching(/^chatcmpl-/), metadata: { ticket: "7" } });
  const fetched = await completions.retrieve(made.id);
  expect(fetched).toEqual(made);
  expect(parseCompletion(fetched).choices[0].message.content).toBe('You said "Hello".');

  const chunks = [];
  for await (const chunk of await completions.create({ ...asked, stream: true })) chunks.push(chunk);
  const id = chunks[0]?.id ?? "";
  const streamed = await completions.retrieve(id);
  expect(new Set(chunks.map((chunk) => chunk.id))).toEqual(new Set([id]));
  expect(streamed.choices[0]?.message.content).toBe(
    chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""),
  );

  const sent = await completions.messages.list(id);
  expect(sent.data.map(({ content }) => content)).toEqual(["Be brief.", "Hello"]);
  expect((await completions.messages.list(id, { limit: 1, after: sent.data[0]?.id ?? "" })).data).toMatchObject([
    { role: "user", content: "Hello" },
  ]);

  await expect(bob.retrieve(id)).rejects.toMatchObject(gone);
  await expect(bob.delete(id)).rejects.toMatchObject(gone);
  expect(await completions.delete(id)).toEqual({ id, object: "chat.completion.deleted", deleted: true });
  await expect(completions.retrieve(id)).rejects.toMatchObject(gone);
  await expect(completions.delete(id)).rejects.toMatchObject(gone);
  expect((await completions.retrieve(made.id)).id).toBe(made.id);
});

test.each(["memory", "sqlite"])("in %s: listed newest first, in pages, each key its own", async (kind) => {
  const { completions, bob } = await host(kind === "sqlite" ? join(folder, "listed.db") : undefined);
  const ids: string[] = [];
  for (const content of ["one", "two", "three"]) {
    ids.unshift((await completions.create({ ...asked, messages: [{ role: "user", content }] })).id);
  }
  await bob.create(asked);
  await completions.create({ ...asked, store: false });
  const page = await completions.list({ limit: 2 });
  expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect(page.has_more).toBe(true);
  expect(page.data[0]).toEqual(await completions.retrieve(ids[0] ?? ""));
  const all: string[] = [];
  for await (const { id } of completions.list({ limit: 2, order: "desc" })) all.push(id);
  expect(all).toEqual(ids);
  expect((await bob.list()).data).toHaveLength(1);
  await expect(bob.list({ after: ids[0] ?? "" })).rejects.toMatchObject({ status: 400, param: "after" });
  await expect(completions.list({ order: "asc" })).rejects.toMatchObject({ status: 400, param: "order" });
  await expect(completions.list({ metadata: { ticket: "7" } })).rejects.toMatchObject({
    status: 400,
    param: "metadata",
  });
});

test("a stored completion outlives its server", async () => {
  const file = join(folder, "restart.db");
  const first = await host(file);
  const made = await first.completions.create(asked);
  await first.stop();
  const { completions } = await host(file);
  expect(await completions.retrieve(made.id)).toEqual(made);
});

test("nothing is kept without store: true, nor of a run that fails", async () => {
  const { completions, keeper } = await host(join(folder, "without.db"));
  const { id } = await completions.create({ model: "massgen", messages });
  await completions.create({ model: "massgen", messages, store: false });
  await expect(completions.retrieve(id)).rejects.toMatchObject(gone);
  expect(await keeper?.list({ limit: 9 })).toEqual([]);
  const failed = await host(join(folder, "failed.db"), failing);
  await expect(failed.completions.create(asked)).rejects.toMatchObject({ status: 502 });
  expect(await failed.keeper?.list({ limit: 9 })).toEqual([]);
});

test("a completion is no response, and the other way round; there is nothing to cancel", async () => {
  const { url, completions } = await host(join(folder, "other.db"));
  const { id } = await completions.create(asked);
  const key = id.slice("chatcmpl-".length);
  const get = async (path: string, method = "GET") =>
    (await fetch(`${url}/v1${path}`, { method, headers: { authorization: "Bearer key-of-ada" } })).status;
  expect(await get(`/responses/resp_${key}`)).toBe(404);
  expect(await get(`/chat/completions/${id}`)).toBe(200);
  expect(await get(`/chat/completions/chatkmpl-${key}`)).toBe(404);
  expect(await get(`/chat/completions/${id}/cancel`, "POST")).toBe(404);
  expect(await get(`/chat/completions/${id}`, "POST")).toBe(405);
  expect(await get(`/chat/completions/${id}/input_items`)).toBe(404);
});
