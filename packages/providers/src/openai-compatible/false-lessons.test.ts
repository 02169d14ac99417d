import { describe, expect, test } from "vitest";
import type { ChatRequest, Sampling } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { refusal, scriptedProvider, streamed } from "../../fixtures/scripted-service.ts";
import type { JsonObject } from "../wire/json-value.ts";

// Refusals from which something false could be learned.

const user = { role: "user", content: "Hello" } as const;
const tools = [{ name: "look" }];
const sampled = (sampling: Sampling): ChatRequest => ({ messages: [user], sampling });
const seeded = sampled({ seed: 1, temperature: 0.5 });
const ok = (): Response => streamed({ content: "ok" });

/** Plays calls of one model against a service that knows how often it was asked. */
async function play(
  service: (body: JsonObject, nth: number) => Response,
  requests: readonly ChatRequest[],
  type = "openai",
): Promise<{ readonly bodies: readonly JsonObject[]; readonly ends: readonly string[] }> {
  let nth = 0;
  const { bodies, model } = scriptedProvider((body) => service(body, (nth += 1)), type);
  const one = model();
  const ends: string[] = [];
  for (const request of requests) {
    const { text, error } = await collect(one.stream(request));
    ends.push(error?.code ?? text);
  }
  return { bodies, ends };
}

describe("a failure that passes by itself teaches nothing", () => {
  test.each<[string, number, string]>([
    ["a bare 400", 400, "Bad Request"],
    ["a 400 without a word", 400, ""],
    ["an outage", 500, "Internal Server Error"],
    ["an outage that speaks of streams", 500, "error while streaming, seed lost"],
    ["an outage without a word", 500, ""],
  ])("%s", async (_, status, says) => {
    for (let outage = 1; outage <= 5; outage += 1) {
      const service = (_body: JsonObject, nth: number): Response => (nth <= outage ? refusal(status, says) : ok());
      const { bodies, ends } = await play(
        service,
        Array.from({ length: 8 }, () => seeded),
      );
      expect(ends.slice(-2)).toEqual(["ok", "ok"]);
      expect(bodies.slice(-2)).toEqual([bodies[0], bodies[0]]);
    }
  });

  test("a proxy's page, whatever it names", async () => {
    const page = "<html><head><title>400 Bad Request</title></head><body>unsupported seed, stream, tools</body></html>";
    const { bodies, ends } = await play(
      (_, nth) => (nth === 1 ? new Response(page, { status: 400 }) : ok()),
      [seeded, seeded],
    );
    expect(ends).toEqual(["invalid-request", "ok"]);
    expect(bodies[1]).toEqual(bodies[0]);
  });

  test("and what it seemed to teach does not go first for long: with the field, requests are taken", async () => {
    const service = (body: JsonObject, nth: number): Response =>
      nth === 1 || (nth > 4 && "temperature" in body) ? refusal(400, "Bad Request") : ok();
    const { bodies } = await play(service, [seeded, seeded, seeded, seeded, seeded]);
    expect([bodies.at(-1)?.["seed"], "temperature" in (bodies.at(-1) ?? {})]).toEqual([1, false]);
  });
});

test.each([
  "Invalid image: could not decode",
  "Failed to download https://images.test/a.png",
  "Invalid schema for function 'look': None is not of type 'object'",
  "messages[3].content must not be empty",
])("a refusal of what is said is not guessed away: %s", async (says) => {
  const { bodies, ends } = await play(() => refusal(400, says), [seeded, seeded]);
  expect(ends).toEqual(["invalid-request", "invalid-request"]);
  expect(bodies).toEqual([bodies[0], bodies[0]]);
});

test("guesses are told apart though every refusal has an id and a time of its own", async () => {
  const service = (body: JsonObject, nth: number): Response =>
    "temperature" in body
      ? refusal(400, `Bad Request (request id: 8gHk${nth}LmPq9x, 2025-01-12T12:03:4${nth}.12${nth}Z)`)
      : ok();
  const { bodies } = await play(service, [seeded, seeded, seeded]);
  expect(["seed" in (bodies.at(-1) ?? {}), "temperature" in (bodies.at(-1) ?? {})]).toEqual([true, false]);
});

describe("where a lesson holds", () => {
  const refuses = (body: JsonObject): Response => ("seed" in body ? refusal(400, "Unknown field: seed") : ok());

  test("for one model, address and key, and no other", async () => {
    const { bodies, model } = scriptedProvider(refuses, "openai");
    await collect(model().stream(seeded));
    for (const settings of [
      { model: "n" },
      { baseUrl: "http://other.test/v1" },
      { apiKey: "other" },
      { options: { extra_body: { model: "o" } } },
    ]) {
      bodies.length = 0;
      await collect(model(settings).stream(seeded));
      expect(bodies.map((body) => "seed" in body)).toEqual([true, false]);
    }
    bodies.length = 0;
    await collect(model().stream(seeded));
    expect(bodies.map((body) => "seed" in body)).toEqual([false]);
  });

  test("where the configuration switches thinking on, not where it is off", async () => {
    const { bodies, model } = scriptedProvider(
      (body) =>
        "thinking" in body && "temperature" in body
          ? refusal(400, "temperature is not supported when thinking is enabled")
          : ok(),
      "chatcompletion",
    );
    const thinking = model({ options: { extra_body: { thinking: { type: "enabled" } } } });
    await collect(thinking.stream(seeded));
    await collect(model().stream(seeded));
    expect(bodies.map((body) => "temperature" in body)).toEqual([true, false, true]);
  });

  test("not where such requests were taken, even if it says that it holds for the model", async () => {
    const withTools: ChatRequest = { ...seeded, tools };
    const { bodies } = await play(
      (body) => ("seed" in body && "tools" in body ? refusal(400, "seed is not supported by this model") : ok()),
      [seeded, withTools, withTools, seeded],
    );
    expect(bodies.map((body) => "seed" in body)).toEqual([true, true, false, false, true]);
  });
});

test("calls side by side learn one thing, and only that", async () => {
  const { bodies, model } = scriptedProvider((body) => {
    if ("seed" in body) return refusal(400, "Bad Request");
    return "top_p" in body && "tools" in body ? refusal(400, "Invalid argument") : ok();
  }, "openai");
  const one = model();
  const more: ChatRequest = { ...sampled({ seed: 1, temperature: 0.5, topP: 0.5 }), tools };
  for (let round = 0; round < 3; round += 1) {
    const ends = await Promise.all([seeded, more, seeded, more].map((request) => collect(one.stream(request))));
    expect(ends.map(({ text }) => text)).toEqual(["ok", "ok", "ok", "ok"]);
  }
  const last = bodies.slice(-4).map((body) => ["seed" in body, "top_p" in body, "temperature" in body]);
  expect(last.filter((one) => one.join() === "false,false,true")).toHaveLength(4);
});

test("calls side by side that outlast an outage have all had the same luck", async () => {
  let asked = 0;
  const { bodies, model } = scriptedProvider(() => ((asked += 1) <= 6 ? refusal(400, "Bad Request") : ok()), "openai");
  const one = model();
  await Promise.all([1, 2, 3].map(() => collect(one.stream(seeded))));
  for (let call = 0; call < 2; call += 1) expect((await collect(one.stream(seeded))).text).toBe("ok");
  expect(bodies.slice(-2)).toEqual([bodies[0], bodies[0]]);
});

test("what a service wanted once and refuses now is given up, and asked for no more", async () => {
  const warm = sampled({ temperature: 0.2 });
  let wants = true;
  const { bodies, model } = scriptedProvider((body) => {
    if (wants) return body["temperature"] === 1 ? ok() : refusal(400, "temperature: only 1 is allowed");
    return body["temperature"] === 1 ? refusal(400, "temperature 1 is not supported") : ok();
  }, "moonshot");
  const one = model();
  for (let call = 0; call < 2; call += 1) expect((await collect(one.stream(warm))).text).toBe("ok");
  wants = false;
  for (let call = 0; call < 2; call += 1) expect((await collect(one.stream(warm))).text).toBe("ok");
  expect(bodies.map((body) => body["temperature"]).slice(-1)).toEqual([0.2]);
});

describe("limits of output", () => {
  const long = sampled({ maxOutputTokens: 32_000 });
  test.each<[string, number, (sent: number) => string]>([
    ["with the question", 7000, (sent) => `max_tokens (${sent}) + messages tokens (1192) exceeds 8192`],
    ["what is left", 3000, (sent) => `max_tokens ${sent} exceeds the 3000 tokens remaining`],
    ["in two steps", 500, (sent) => `max_tokens ${sent} is above ${sent > 8192 ? 8192 : 500}: limit`],
  ])("one for this request is not the model's: %s", async (_, most, says) => {
    const limit = (body: JsonObject): number => Number(body["max_tokens"]);
    let least = most;
    const { bodies, model } = scriptedProvider(
      (body) => (limit(body) > least ? refusal(400, says(limit(body))) : ok()),
      "chatcompletion",
    );
    const one = model();
    expect((await collect(one.stream(long))).text).toBe("ok");
    least = 8192;
    bodies.length = 0;
    expect((await collect(one.stream(sampled({ maxOutputTokens: 8000 })))).text).toBe("ok");
    expect(bodies.map(limit)).toEqual([8000]);
  });
});
