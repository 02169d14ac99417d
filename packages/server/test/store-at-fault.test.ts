// Stored runs that are deleted, cancelled or read at awkward moments, and stores that fail meanwhile.
import { createMemoryStore, StoreError, type RunStore } from "@massgen/runs";
import { afterEach, expect, test } from "vitest";
import { asked, gatedTeam, host, stopHosts } from "./store-host.ts";

afterEach(stopHosts);

test("the stream of the request that began a run ends as cancelled when the run is", async () => {
  const { client } = await host(createMemoryStore(), gatedTeam(new Promise(() => {})).team);
  const stream = await client.responses.create({ ...asked, background: true, stream: true });
  const types: string[] = [];
  for await (const event of stream) {
    types.push(event.type);
    if (event.type === "response.created") await client.responses.cancel(event.response.id);
  }
  expect(types.at(-1)).toBe("response.incomplete");
});

test("a response that is deleted while it is written is not kept", async () => {
  const gate = Promise.withResolvers<void>();
  const { client, keeper } = await host(createMemoryStore(), gatedTeam(gate.promise).team);
  const stream = await client.responses.create({ ...asked, stream: true });
  let id = "";
  for await (const event of stream) {
    if (event.type !== "response.created") continue;
    ({ id } = event.response);
    await client.responses.delete(id);
    gate.resolve();
  }
  await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  expect(await keeper.list({ limit: 10 })).toEqual([]);
});

test("a response has one id", async () => {
  const { client } = await host(createMemoryStore(), gatedTeam().team);
  const { id } = await client.responses.create(asked);
  for (const other of [id.replace("resp_", "xxxxx"), `${id}%00`, `${id} `]) {
    await expect(client.responses.retrieve(other)).rejects.toMatchObject({ status: 404 });
  }
  const previous_response_id = id.replace("resp_", "xxxxx");
  await expect(client.responses.create({ ...asked, previous_response_id })).rejects.toMatchObject({ status: 400 });
});

test("a run that cannot be cancelled while the store is away says so, and does not wait", async () => {
  const store = createMemoryStore();
  let away = false;
  const failing: RunStore = {
    ...store,
    append: (...call) => (away ? Promise.reject(new StoreError("full", "the disk is full")) : store.append(...call)),
  };
  const { client } = await host(failing, gatedTeam(new Promise(() => {})).team);
  const { id } = await client.responses.create({ ...asked, background: true });
  away = true;
  await expect(client.responses.cancel(id)).rejects.toMatchObject({ status: 503, code: "store_unavailable" });
  await expect(client.responses.delete(id)).rejects.toMatchObject({ status: 503 });
  away = false;
  expect((await client.responses.cancel(id)).status).toBe("cancelled");
});

test("a store that fails says nothing about the run: a stream closes without an end, a GET is 503", async () => {
  const gate = Promise.withResolvers<void>();
  const store = createMemoryStore();
  let broken = false;
  const failing: RunStore = {
    ...store,
    read: (...call) =>
      broken ? Promise.reject(new StoreError("unsuitable", "fact 1 is damaged")) : store.read(...call),
  };
  const { client } = await host(failing, gatedTeam(gate.promise).team);
  const { id } = await client.responses.create({ ...asked, background: true });
  const types: string[] = [];
  for await (const event of await client.responses.retrieve(id, { stream: true })) {
    types.push(event.type);
    broken = true;
    gate.resolve();
  }
  expect(types.length).toBeGreaterThan(0);
  expect(types).not.toContain("response.failed");
  await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 503 });
});

test("a viewer's stream closes without an end where the store is closed", async () => {
  const { client, keeper } = await host(createMemoryStore(), gatedTeam(new Promise(() => {})).team);
  const { id } = await client.responses.create({ ...asked, background: true });
  const types: string[] = [];
  for await (const event of await client.responses.retrieve(id, { stream: true })) {
    types.push(event.type);
    if (event.type === "response.created") await keeper.close(0);
  }
  expect(types).not.toContain("response.failed");
  expect(types).not.toContain("response.completed");
});
