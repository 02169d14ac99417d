import { createHash } from "node:crypto";
import { MassgenError } from "../errors.ts";
import type { JsonSchema } from "../model/chat-request.ts";
import { TimedWorker } from "../worker/timed-worker.ts";
import { JobKilledError, WorkerStartError } from "../worker/worker-error.ts";
import type { SchemaJob, SchemaVerdict } from "./schema-job.ts";
import { sizeProblem } from "./schema-size.ts";
import { violationText } from "./violation.ts";

const maxChars = 100_000;
const maxDepth = 100;
const maxEntries = 1000;
const compileLimitMs = 2000;
const checkLimitMs = 250;
/** How often a check may be slow before its schema is refused: once may be the machine's fault. */
const slowChecks = 3;
const maxMemoryMb = 256;
/** How long the largest schema lets later jobs go first. */
const largestWaitMs = 60_000;
/** The same delay for each time that the schema was slow. */
const slowPenaltyMs = 5000;
/** How long a slow schema is refused: the machine may only have been busy. */
const slowMs = 600_000;

/**
 * A client's schema, compiled and checked in a worker. If `signal` is aborted, both methods reject at once with its
 * reason.
 */
export interface SchemaCheck {
  /**
   * Resolves when the schema is known to be usable.
   *
   * @throws MassgenError `invalid-request` with param `response_format` when it is not
   */
  readonly usable: (signal?: AbortSignal) => Promise<void>;
  /**
   * How a text breaks the schema, in a few words; undefined when it does not. An answer that takes too long to check
   * counts as breaking it.
   */
  readonly violation: (text: string, signal?: AbortSignal) => Promise<string | undefined>;
}

/** What is known of a schema: it compiled, or why it is refused. Times are from `performance.now()`. */
interface Known {
  compiled: boolean;
  slowChecks: number;
  refused?: { readonly reason: string; readonly untilMs: number };
}

/** By the hash of the schema's text; the most recently used is last. */
const known = new Map<string, Known>();

// A module ends in .ts in the sources and in .js in the package. Both paths are written out for bundlers.
const file = import.meta.url.endsWith(".ts")
  ? new URL("./schema-worker.ts", import.meta.url)
  : new URL("./schema-worker.js", import.meta.url);
const worker = new TimedWorker<SchemaJob, SchemaVerdict>(file, maxMemoryMb);

/** Threads started so far to check schemas: one, plus one for each that was killed. */
export function schemaWorkersStarted(): number {
  return worker.started;
}

/** The cached check of a client's schema. It does nothing until it is used. */
export function checkFor(schema: JsonSchema): SchemaCheck {
  const problem = sizeProblem(schema, maxDepth, maxChars);
  if (problem === "deep") return alwaysRefused(`it is nested more than ${maxDepth} levels deep`);
  const text = problem === undefined ? JSON.stringify(schema) : "";
  if (problem === "long" || text.length > maxChars) return alwaysRefused(`it is longer than ${maxChars} characters`);
  const key = createHash("sha256").update(text).digest("base64");
  return {
    async usable(signal) {
      const entry = knownOf(key);
      const settled = (): SchemaVerdict | undefined => verdictOf(entry);
      const verdict = settled() ?? (await compile(entry, text, settled, signal));
      if ("unusable" in verdict) throw refused(verdict.unusable);
    },
    async violation(answer, signal) {
      const entry = knownOf(key);
      // Another run's job may have found it too slow in the meantime.
      const settled = (): SchemaVerdict | undefined => (entry.refused ? verdictOf(entry) : undefined);
      const verdict = settled() ?? (await check(entry, { schema: text, answer }, settled, signal));
      return "unusable" in verdict ? verdict.unusable : verdict.violation;
    },
  };
}

type Settled = () => SchemaVerdict | undefined;

async function compile(
  entry: Known,
  text: string,
  settled: Settled,
  signal: AbortSignal | undefined,
): Promise<SchemaVerdict> {
  try {
    const limits = { limitsMs: [compileLimitMs], rank: rankOf(entry, text) } as const;
    const verdict = await worker.run({ schema: text }, { ...limits, known: settled, signal });
    if ("unusable" in verdict) entry.refused = { reason: verdict.unusable, untilMs: Infinity };
    else entry.compiled = true;
    return verdict;
  } catch (error) {
    if (!(error instanceof JobKilledError)) throw startFailure(error);
    return refuseSlow(entry, "it takes too long, or too much memory, to compile");
  }
}

async function check(
  entry: Known,
  job: SchemaJob,
  settled: Settled,
  signal: AbortSignal | undefined,
): Promise<SchemaVerdict> {
  const slow = "the schema takes too long to check the answer against";
  try {
    const limits = { limitsMs: [compileLimitMs, checkLimitMs], rank: rankOf(entry, job.schema) } as const;
    return await worker.run(job, { ...limits, known: settled, signal });
  } catch (error) {
    if (!(error instanceof JobKilledError)) throw startFailure(error);
    entry.slowChecks++;
    return entry.slowChecks < slowChecks ? { violation: slow } : refuseSlow(entry, slow);
  }
}

/**
 * When a job should get its turn: early for small schemas, later for large ones and those that were slow. None waits
 * for ever.
 */
function rankOf(entry: Known, text: string): () => number {
  const dueMs = performance.now() + (text.length / maxChars) * largestWaitMs;
  return () => dueMs + entry.slowChecks * slowPenaltyMs;
}

function refuseSlow(entry: Known, reason: string): SchemaVerdict {
  entry.refused = { reason, untilMs: performance.now() + slowMs };
  return { unusable: reason };
}

function verdictOf(entry: Known): SchemaVerdict | undefined {
  if (entry.refused && performance.now() < entry.refused.untilMs) return { unusable: entry.refused.reason };
  return entry.compiled ? {} : undefined;
}

function knownOf(key: string): Known {
  const entry = known.get(key) ?? { compiled: false, slowChecks: 0 };
  known.delete(key);
  known.set(key, entry);
  const [oldest] = known.keys();
  if (known.size > maxEntries && oldest !== undefined) known.delete(oldest);
  return entry;
}

function alwaysRefused(reason: string): SchemaCheck {
  return { usable: async () => Promise.reject(refused(reason)), violation: async () => reason };
}

function refused(reason: string): MassgenError {
  const message = `The schema of response_format cannot be used: ${violationText(reason)}`;
  return new MassgenError("invalid-request", message, { param: "response_format" });
}

function startFailure(error: unknown): unknown {
  if (!(error instanceof WorkerStartError)) return error;
  return new MassgenError("internal", `answers cannot be checked against their schema: ${error.message}`);
}
