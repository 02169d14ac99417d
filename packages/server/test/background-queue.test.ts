// Responses in the background that wait for a place.
import { systemPorts } from "@massgen/core";
import { createMemoryStore } from "@massgen/runs";
import { readResponseEvents } from "@massgen/openai-shapes";
import OpenAI from "openai";
import { afterEach, expect, test } from "vitest";
import { asked, gatedTeam, host, stopHosts } from "./store-host.ts";

afterEach(stopHosts);

const background = { ...asked, background: true } as const;

test("one that waits is queued until its run begins, and the wait lies before its end", async () => {
  let places = 0;
  let laterMs = 0;
  const { clock } = systemPorts;
  const ports = { ...systemPorts, clock: { ...clock, date: () => clock.date() + laterMs } };
  const { client, server } = await host(createMemoryStore(), gatedTeam().team, [], undefined, {
    places: () => places,
    ports,
  });
  const made = await client.responses.create(background);
  expect(made).toMatchObject({ status: "queued", output: [], completed_at: null });
  expect((await client.responses.retrieve(made.id)).status).toBe("queued");
  const streaming = fetch(`${server.url}/v1/responses/${made.id}?stream=true`).then((response) => response.text());

  laterMs = 3_600_000;
  places = 2;
  // Whoever comes next makes the dispatch look for places.
  await client.responses.create(background);
  const stream = await streaming;
  const events = readResponseEvents(stream);
  expect(events.slice(0, 3).map(({ type }) => type)).toEqual([
    "response.created",
    "response.queued",
    "response.in_progress",
  ]);
  expect(events.slice(0, 3).map((event) => (event["response"] as { status: string }).status)).toEqual([
    "queued",
    "queued",
    "in_progress",
  ]);
  const done = await client.responses.retrieve(made.id);
  expect(done.status).toBe("completed");
  const took = (done.completed_at ?? 0) - done.created_at;
  expect(took).toBeGreaterThanOrEqual(3600);
  const { massgen_metadata: metadata } = done as unknown as { massgen_metadata: { elapsed_ms: number } };
  expect(metadata.elapsed_ms).toBeLessThan(3_600_000);
  // Who comes later sees the same.
  expect(await (await fetch(`${server.url}/v1/responses/${made.id}?stream=true`)).text()).toBe(stream);
});

test("one that waits can be cancelled, and was never in progress", async () => {
  const { client } = await host(createMemoryStore(), gatedTeam().team, [], undefined, { places: () => 0 });
  const { id } = await client.responses.create(background);
  expect((await client.responses.cancel(id)).status).toBe("cancelled");
  expect((await client.responses.retrieve(id)).status).toBe("cancelled");
});

test("beyond the queue: 429, with the reason and when to come back", async () => {
  const keys = [
    { name: "ada", key: "sk-ada" },
    { name: "bob", key: "sk-bob" },
  ];
  const { client, server } = await host(createMemoryStore(), gatedTeam().team, keys, undefined, {
    places: () => 0,
    mostWaiting: () => ({ runs: 15, bytes: 1e9 }),
  });
  const bob = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "sk-bob", maxRetries: 0 });
  const waiting = [await client.responses.create(background), await client.responses.create(background)];
  const refused = await client.responses.create(background).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
  const { headers, message, code } = refused as InstanceType<typeof OpenAI.RateLimitError>;
  expect(code).toBe("server_busy");
  expect(message).toMatch(/2 runs of your key wait in the background, .* \(a tenth of background_queue\)\. Try again/);
  expect(headers.get("retry-after")).toBe("5");
  await bob.responses.create(background);
  // Those that are not in the background have no part in it.
  expect((await client.responses.create(asked)).status).toBe("completed");
  await client.responses.cancel(waiting[0]?.id ?? "");
});
