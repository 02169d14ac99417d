import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Provider } from "@massgen/core/model";
import { recordedStream } from "@massgen/upstream";
import { collect, type Collected } from "../fixtures/collect.ts";
import { inPieces } from "../fixtures/loopback-upstream.ts";
import { realRecordings, smallRecordings, type LongText, type Recording } from "../fixtures/recordings.ts";
import { createAnthropic } from "./anthropic/provider.ts";
import { createGemini } from "./gemini/provider.ts";
import { createOpenAICompatible } from "./openai-compatible/provider.ts";
import { vendors } from "./openai-compatible/vendors.ts";

const fixtures = new URL("../fixtures/", import.meta.url);
const recordings = new URL("../../../../shared/wire/", import.meta.url);

describe("small recordings", () => {
  replay(fixtures, smallRecordings);
  test("all of them are in the table", () => {
    const files = readdirSync(fixtures).filter((name) => /\.(?:sse|json)$/.test(name));
    expect(smallRecordings.map(({ file }) => file).sort()).toEqual(files.sort());
  });
});

describe.skipIf(!existsSync(recordings))(
  "recordings of real services, in shared/wire beside the checkout (skipped where there is none)",
  () => {
    replay(recordings, realRecordings);
    test("all of the index are in the table", () => {
      const rows = readFileSync(new URL("INDEX.md", recordings), "utf8").matchAll(/^\| ([\w-]+) \| (\S+\.\w+) \|/gm);
      const files = Array.from(rows, ([, folder, name]) => `${folder}/${name}`);
      expect(files.length).toBeGreaterThan(0);
      expect(realRecordings.map(({ file }) => file).sort()).toEqual(files.sort());
    });
  },
);

function replay(folder: URL, list: readonly Recording[]): void {
  test.each(list)("$file", async (recording) => {
    const wire = wireText(readFileSync(new URL(recording.file, folder), "utf8"), recording);
    const whole = await play(recording, wire);
    verify(whole, recording, wire);
    for (const size of recording.status === undefined ? [1, 7, 997] : []) {
      expect(joined(await play(recording, inPieces(wire, size)))).toEqual(joined(whole));
    }
  });
}

function wireText(text: string, { file, type, api }: Recording): string {
  return recordedStream(type === "claude" || type === "gemini" ? type : (api ?? "openai"), file, text);
}

async function play(
  { type, api, status = 200 }: Recording,
  body: ReadableStream<Uint8Array> | string,
): Promise<Collected> {
  const provider = providerOf(type);
  const kind = status === 200 ? "text/event-stream" : "application/json";
  const fetch = async (): Promise<Response> => new Response(body, { status, headers: { "content-type": kind } });
  const settings = { model: "recorded", apiKey: "k", baseUrl: "https://upstream.example/v1", options: { api } };
  const model = provider.createModel(settings, { fetch, redact: (text) => text, env: {} });
  return collect(model.stream({ messages: [{ role: "user", content: "?" }] }));
}

function providerOf(type: string): Provider {
  if (type === "claude") return createAnthropic();
  if (type === "gemini") return createGemini();
  const vendor = vendors.find((one) => one.type === type);
  if (vendor === undefined) throw new Error(`the table names a type that does not exist: ${type}`);
  return createOpenAICompatible(vendor);
}

/** How an answer was cut into deltas depends on the reads; all else must not. */
function joined({ text, reasoning, calls, finish, error }: Collected): unknown {
  return { text, reasoning, calls, finish, error: error?.message, usage: error?.usage };
}

function verify({ text, reasoning, calls, finish, error }: Collected, expected: Recording, wire: string): void {
  expect(error?.code ?? finish?.reason).toBe(expected.end);
  verifyText(text, expected.text ?? "");
  verifyText(reasoning, expected.reasoning ?? "");
  expect(calls.map((call) => `${call.name} ${call.arguments}`)).toEqual(expected.calls ?? []);
  expect(error?.usage ?? finish?.usage).toEqual(expected.usage);
  expect([error?.status ?? 200, error?.retryAfterMs]).toEqual([
    expected.status ?? error?.status ?? 200,
    expected.retryAfterMs,
  ]);
  if (expected.signed === true) {
    const sealed = /"(?:thoughtS|s)ignature": ?"([^"]+)"|output_item\.done".*?"encrypted_content": ?"([^"]+)"/.exec(
      wire,
    );
    const signature = sealed?.[1] ?? sealed?.[2] ?? "there is none";
    expect(JSON.stringify(calls[0]?.opaque)).toContain(signature);
  }
}

function verifyText(text: string, expected: string | LongText): void {
  if (typeof expected === "string") return expect(text).toBe(expected);
  const begins = text.slice(0, expected.begins.length);
  const ends = text.slice(-expected.ends.length);
  expect({ begins, ends, length: text.length }).toEqual(expected);
}
