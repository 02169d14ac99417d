import { JobKilledError, TimedWorker } from "@massgen/core/worker";
import { isUtf8 } from "node:buffer";
import { ProblemError } from "../../problem.ts";
import { ownBuffer, textOf, withoutMark } from "./body-bytes.ts";
import { JsonCounter, type JsonFigures, type JsonLimits } from "./json-limits.ts";
import { JsonJoiner } from "./json-pieces.ts";
import type { ParseAnswer, ParseJob } from "./parse-worker.ts";
import { turn } from "./turns.ts";

/** Bytes counted per turn of the event loop: about a millisecond. */
const stride = 1024 * 1024;
/** Up to this size, no body takes long, so it is parsed at once. */
const smallBytes = 64 * 1024;
/** The longest estimated parse in this thread. The estimate assumes a slow machine. */
const budgetMs = 25;
/** Values received from the worker per turn. */
const mostValues = 10_000;
const workerLimitMs = 30_000;
const workerMemoryMb = 1024;

const file = import.meta.url.endsWith(".ts")
  ? new URL("./parse-worker.ts", import.meta.url)
  : new URL("./parse-worker.js", import.meta.url);

/**
 * Parses a JSON body without blocking the event loop for long. First its structure is checked against the limits. A
 * body that may take long is parsed in a worker and comes back in pieces. Consumes the bytes.
 *
 * @param wanted whether the client is still waiting
 * @throws ProblemError `invalid-body` when it is not JSON in UTF-8, or exceeds a limit
 */
export async function parseJson(bytes: Buffer, limits: JsonLimits, wanted: () => boolean): Promise<unknown> {
  const body = withoutMark(bytes);
  const large = body.length > smallBytes;
  if (large) await turn();
  if (isUtf16(body) || !isUtf8(body)) throw new ProblemError("invalid-body", notUtf8(body));
  const figures = await countedIn(body, limits);
  if (!large) return parseText(body);
  await turn();
  const aside = estimateMs(figures) > budgetMs;
  const value = aside ? await oneByOne(async () => (wanted() ? parseAside(body) : undefined)) : parseText(body);
  // The next reader goes through all of it once more.
  await turn();
  return value;
}

function parseText(body: Buffer): unknown {
  try {
    return JSON.parse(textOf(body));
  } catch (error) {
    throw notJson(error instanceof Error ? error.message : "");
  }
}

async function countedIn(body: Buffer, limits: JsonLimits): Promise<JsonFigures> {
  const counter = new JsonCounter(limits);
  for (let at = 0; at < body.length; at += stride) {
    if (at > 0) await turn();
    const passed = counter.take(body.subarray(at, at + stride));
    if (passed !== undefined) throw tooComplex(passed, limits[passed]);
  }
  return counter.figures;
}

/**
 * Estimated milliseconds to decode and parse on a slow machine, from measurements: see `hostile-clients` in the bench.
 */
function estimateMs({ length, escapes, values, keys }: JsonFigures): number {
  return length * 1e-6 + escapes * 2.5e-6 + values * 1e-4 + keys * 4e-4;
}

async function parseAside(body: Buffer): Promise<unknown> {
  const worker = new TimedWorker<ParseJob, ParseAnswer>(file, workerMemoryMb);
  const joiner = new JsonJoiner();
  const buffer = ownBuffer(body);
  try {
    for (let job: ParseJob = { bytes: body, most: mostValues }; ; job = { more: true }) {
      const transfer = "bytes" in job && buffer ? [buffer] : [];
      const answer = await worker.run(job, { limitsMs: [workerLimitMs], transfer });
      if ("problem" in answer) throw notJson(answer.problem);
      if (!answer.piece) return joiner.value;
      joiner.add(answer.piece);
    }
  } catch (error) {
    if (!(error instanceof JobKilledError)) throw error;
    throw new ProblemError("invalid-body", "The request body takes too much time or memory to parse.", complex);
  } finally {
    await worker.close();
  }
}

let last: Promise<unknown> = Promise.resolve();

/** With several workers, the thread that answers everyone would lack processor time. */
function oneByOne<T>(work: () => Promise<T>): Promise<T> {
  const next = last.then(work);
  last = next.catch(() => {});
  return next;
}

const complex = { code: "request_too_complex" };

const names = {
  depth: { is: "is nested more than", unit: "levels deep", flag: "--body-depth", key: "body_depth" },
  values: { is: "holds more than", unit: "values", flag: "--body-values", key: "body_values" },
  keys: { is: "holds more than", unit: "different field names", flag: "--body-keys", key: "body_keys" },
} as const satisfies Record<keyof JsonLimits, object>;

function tooComplex(limit: keyof JsonLimits, most: number): ProblemError {
  const { is, unit, flag, key } = names[limit];
  const message = `The request body ${is} ${most} ${unit}. The server's operator can raise the limit: ${flag}, or server.${key}.`;
  return new ProblemError("invalid-body", message, complex);
}

/** Reports only the position: the parser's own message quotes the body. */
function notJson(message: string): ProblemError {
  const place = /at position \d+/.exec(message)?.[0];
  const why = place ?? (message.startsWith("Unexpected end") ? "it ends too early" : undefined);
  return new ProblemError("invalid-body", `The request body is not valid JSON${why === undefined ? "" : ` (${why})`}.`);
}

function notUtf8(body: Buffer): string {
  return `The request body is not valid UTF-8${isUtf16(body) ? ": it looks like UTF-16" : ""}. Send JSON in UTF-8.`;
}

/**
 * Detects UTF-16 by its byte order mark, or by a zero byte in its first character: JSON in UTF-8 never starts like
 * that.
 */
function isUtf16(body: Buffer): boolean {
  const [first, second] = body;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0;
}
