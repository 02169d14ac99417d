// Generated bodies against the whole application: MASSGEN_TESTS=all sends five times as many. FC_SEED=<seed> repeats a
// run of the same size. What one finds goes into fuzz-cases/ as a file, beside what such servers have stumbled over
// elsewhere, and is sent by every run from then on.
import { createTeam } from "@massgen/core";
import { phaseOf, scriptedModel } from "@massgen/core/testing";
import { parseErrorBody } from "@massgen/openai-shapes";
import * as fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LogEntry } from "../src/index.ts";
import { chunksOf, start, type TestServer } from "./client.ts";
import { mutated } from "./mutated-request.ts";

const inCi = process.env["MASSGEN_TESTS"] === "all";
const bodies = inCi ? 20_000 : 4000;
const perBatch = 20;
const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);

const vote = { id: "v", name: "vote", arguments: JSON.stringify({ agent_id: "agent1", reason: "clear" }) };
const agents = ["red", "blue"].map((id) => ({
  id,
  model: scriptedModel((call) => (phaseOf(call) === "ballot" ? { toolCalls: [vote] } : { text: `{"by":"${id}"}` })),
}));

let server: TestServer;
const defects: LogEntry[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: perBatch });
beforeAll(async () => {
  const team = createTeam({ agents });
  server = await start({
    team,
    options: {
      bodyLimit: 50_000,
      log: (entry) => {
        if (entry.error?.code === "internal_error") defects.push(entry);
      },
    },
  });
});
afterAll(async () => {
  agent.destroy();
  await server.running.close({ timeoutMs: 0 });
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function send(body: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const out = request(`${server.url}/v1/chat/completions`, { method: "POST", agent, headers }, (message) => {
      let text = "";
      message.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      message.once("end", () =>
        resolve({ status: message.statusCode ?? 0, type: message.headers["content-type"] ?? "", text }),
      );
      message.once("error", reject);
    });
    out.once("error", reject);
    out.end(body);
  });
}

/** What every answer owes its client, whatever it sent. */
function check({ status, type, text }: Answer): void {
  if (status !== 200) {
    // 502: the scripted team calls no tools, and keeps not every format.
    expect([400, 404, 413, 502]).toContain(status);
    expect(parseErrorBody(JSON.parse(text)).error.message.length).toBeLessThan(1000);
  } else if (type.startsWith("text/event-stream")) {
    const last = chunksOf(text).at(-1);
    // A chunk that tells an error or the usage has no choices.
    const told = last?.error ?? last?.usage;
    expect(told != null || last?.choices[0]?.finish_reason !== undefined).toBe(true);
  } else {
    expect(JSON.parse(text)).toHaveProperty("choices.0.finish_reason");
  }
  expect(defects).toEqual([]);
}

/**
 * Everything that is JSON, with keys that mean something to JavaScript, and more depth and length than anybody needs.
 */
const anyJson = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc
    .dictionary(
      fc.constantFrom("__proto__", "constructor", "prototype", "toString", "messages", "stream", "tools"),
      fc.jsonValue(),
    )
    .map((value) => JSON.stringify(value)),
  fc
    .tuple(fc.constantFrom("[", '{"messages":', '{"tools":[{"a":'), fc.integer({ min: 1, max: 4000 }))
    .map(([open, n]) => open.repeat(n)),
  fc.integer({ min: 1, max: 9000 }).map((n) => `{"messages":[${Array.from({ length: n }, () => "{}").join()}]}`),
);

/** A legal request that lost, doubled or changed some of its bytes. */
const broken = fc
  .tuple(mutated, fc.nat(), fc.nat({ max: 12 }), fc.uint8Array({ maxLength: 6 }))
  .map(([value, at, gone, put]) => {
    const bytes = Buffer.from(JSON.stringify(value) ?? "");
    const cut = bytes.length === 0 ? 0 : at % bytes.length;
    return Buffer.concat([bytes.subarray(0, cut), put, bytes.subarray(cut + gone)]);
  });

const streamedOrNot = fc
  .tuple(mutated, fc.boolean())
  .map(([value, stream]) =>
    typeof value === "object" && value !== null && stream ? { ...value, stream: true } : value,
  );

const body: fc.Arbitrary<string | Buffer> = fc.oneof(
  { weight: 6, arbitrary: streamedOrNot.map((value) => JSON.stringify(value) ?? "") },
  { weight: 2, arbitrary: broken },
  { weight: 1, arbitrary: anyJson },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);

test(`${bodies} bodies${inCi ? "" : " (sample; five times as many in CI)"}: each is answered or refused in OpenAI's shape, none breaks anything`, async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: perBatch, maxLength: perBatch }), async (batch) => {
      for (const answer of await Promise.all(batch.map(send))) {
        check(answer);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    }),
    { numRuns: bodies / perBatch, seed },
  );
  console.log(`FC_SEED=${seed}: ${[...statuses].map(([status, count]) => `${count} x ${status}`).join(", ")}`);
  expect(Math.min(statuses.get(200) ?? 0, statuses.get(400) ?? 0)).toBeGreaterThan(bodies / 20);
  expect(server.admission.inFlight).toBe(0);
});

const cases = new URL("./fuzz-cases/", import.meta.url);
test.each(readdirSync(cases))("always sent: %s", async (name) => {
  check(await send(readFileSync(new URL(name, cases))));
});
