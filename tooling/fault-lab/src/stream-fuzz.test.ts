// Streams that went wrong in ways nobody thought of, read by the providers: each call ends in exactly one finish or one
// MassgenError, in time, and no finish comes without a terminal marker or a reason to finish.
// MASSGEN_TESTS=all reads five times as many.
import { MassgenError, type ChatModel, type ModelEvent, type Provider } from "@massgen/core/model";
import { createAnthropic, createGemini, createOpenAICompatible, vendors } from "@massgen/providers";
import { text as textAnswer, wireNames, type WireName } from "@massgen/upstream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loosePieces, mutatedStreams, type MutatedStream } from "./mutated-stream.ts";

const seed = Number(process.env["FC_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const inCi = process.env["MASSGEN_TESTS"] === "all";
const runs = inCi ? 5000 : 1000;
/** Only a silent upstream may run into a limit, however busy this machine is. */
const patient = { firstTokenMs: 100_000, idleMs: 100_000, totalMs: 200_000 };
const impatient = { firstTokenMs: 40, idleMs: 40, totalMs: 3000 };
/** Longer than any limit. */
const patienceMs = 25_000;

type ReadStream = MutatedStream<WireName>;

function vendorProvider(type: string): Provider {
  const vendor = vendors.find((one) => one.type === type);
  if (vendor === undefined) throw new Error(`There is no vendor ${type}.`);
  return createOpenAICompatible(vendor);
}

const providers: Readonly<Record<WireName, () => Provider>> = {
  openai: () => vendorProvider("chatcompletion"),
  responses: () => vendorProvider("openai"),
  claude: createAnthropic,
  gemini: createGemini,
};

/**
 * What has to be somewhere in the bytes of a complete answer: the terminal marker, or a reason to end, behind which
 * gateways leave it out.
 */
const markers: Readonly<Record<WireName, RegExp>> = {
  openai: /"finish_reason":\s*"|data:\s*\[DONE\]/,
  responses: /response\.(?:completed|incomplete)|"object":\s*"response"/,
  // Gateways leave the marker out behind a stop reason.
  claude: /message_stop|"stop_reason":\s*"|"type":\s*"message"/,
  gemini: /"(finishReason|blockReason)":\s*"/,
};

interface Outcome {
  readonly events: readonly ModelEvent[];
  readonly thrown: unknown;
}

/** A body that arrives piece by piece as it is read, and is given up when the request is. */
function bodyOf({ bytes, sizes, end }: ReadStream, signal: AbortSignal | null | undefined): ReadableStream<Uint8Array> {
  let at = 0;
  let piece = 0;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      signal?.addEventListener("abort", () => {
        try {
          controller.error(signal.reason);
        } catch {
          // It has ended before.
        }
      });
    },
    pull(controller) {
      if (at < bytes.length) {
        const next = at + (sizes[piece++ % sizes.length] ?? 1);
        controller.enqueue(new Uint8Array(bytes.subarray(at, next)));
        at = next;
        return undefined;
      }
      switch (end) {
        case "close":
          return controller.close();
        case "break":
          return controller.error(new TypeError("terminated"));
        case "silence":
          return new Promise(() => undefined);
      }
    },
  });
}

function modelFor(stream: ReadStream): ChatModel {
  const fetch: typeof globalThis.fetch = async (_input, init) =>
    new Response(bodyOf(stream, init?.signal), { headers: { "content-type": "text/event-stream" } });
  const options = stream.wire === "responses" ? { api: "responses" } : {};
  const settings = { model: "m", apiKey: "k", baseUrl: "http://lab.invalid/v1", options };
  return providers[stream.wire]().createModel(settings, { fetch, redact: (text) => text, env: {} });
}

async function read(stream: ReadStream): Promise<Outcome> {
  const events: ModelEvent[] = [];
  const limits = stream.end === "silence" ? impatient : patient;
  const request = { messages: [{ role: "user", content: "?" }], limits } as const;
  const drain = async (): Promise<unknown> => {
    try {
      for await (const event of modelFor(stream).stream(request)) events.push(event);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no end after ${patienceMs} ms`)), patienceMs);
  try {
    return { events, thrown: await Promise.race([drain(), late.promise]) };
  } finally {
    clearTimeout(timer);
  }
}

/** What a reader of the outcome cares about, whatever the pieces it came in. */
function gist({ events, thrown }: Outcome): unknown {
  const join = (type: "text-delta" | "reasoning-delta"): string =>
    events.map((event) => (event.type === type ? event.text : "")).join("");
  return {
    text: join("text-delta"),
    reasoning: join("reasoning-delta"),
    rest: events.filter(({ type }) => type === "tool-call" || type === "finish"),
    code: MassgenError.isInstance(thrown) ? thrown.code : thrown,
  };
}

/** Whether only the end of the body says that the answer is over: a reason to finish alone is believed behind words. */
function endsByReason({ wire, answer }: ReadStream): boolean {
  return wire === "gemini" && answer.text === "" && answer.toolCalls.length === 0;
}

async function hold(stream: ReadStream): Promise<void> {
  const outcome = await read(stream);
  const { events, thrown } = outcome;
  const finishes = events.filter(({ type }) => type === "finish");
  if (thrown === undefined) {
    expect(finishes).toHaveLength(1);
    expect(events.at(-1)?.type).toBe("finish");
    expect(stream.bytes.toString()).toMatch(markers[stream.wire]);
  } else {
    expect(finishes).toHaveLength(0);
    if (!MassgenError.isInstance(thrown)) throw thrown;
    expect(thrown.code).not.toBe("internal");
    expect(thrown.code).not.toBe("aborted");
    if (stream.end !== "silence") expect(thrown.code).not.toBe("timeout");
  }
  if (stream.end === "silence") return;
  if (stream.intact && !(stream.end === "break" && endsByReason(stream))) {
    expect(thrown).toBeUndefined();
    // Thoughts between tags are taken out of the text.
    const text = stream.answer.text.replace("<think>Hm.</think>", "");
    if (stream.wire !== "openai") expect(gist(outcome)).toMatchObject({ text });
  }
  if (stream.end === "close") {
    expect(gist(await read({ ...stream, sizes: [stream.bytes.length + 1] }))).toEqual(gist(outcome));
  }
}

test.each(wireNames)("a piece of a stream in place of the whole one is no answer: %s", async (wire) => {
  for (const piece of ['{"choices":[{"delta":{"content":7,"tool_calls":{}}}]}', ...loosePieces]) {
    const answer = textAnswer("Hello");
    for (const sizes of [[1], [1000]]) {
      const { thrown } = await read({ wire, answer, bytes: Buffer.from(piece), sizes, end: "close", intact: false });
      expect([piece, MassgenError.isInstance(thrown) && thrown.code]).toEqual([
        piece,
        expect.stringMatching(/^(?:truncated|invalid-response)$/),
      ]);
    }
  }
});

describe(`with FC_SEED=${seed}${inCi ? "" : " (sample; five times as many in CI)"}`, () => {
  test.each(wireNames)("%s", async (wire) => {
    const numRuns = Math.ceil(runs / wireNames.length);
    await fc.assert(fc.asyncProperty(mutatedStreams(wire), hold), { seed, numRuns });
  });
});
