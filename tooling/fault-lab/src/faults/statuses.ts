import type { ErrorCode } from "@massgen/core/model";
import { body, jsonType, type Behaviour, type UpstreamCall } from "@massgen/upstream";
import { phases, wellBehaved, type Fault, type Scene } from "./fault.ts";

interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly tries: 1 | 3;
  /** Whether it may be about anything in the request. */
  readonly guessed?: "at once" | "repeated";
  readonly says: (scene: Scene) => string;
}

const refusals: readonly Refusal[] = [
  {
    status: 400,
    code: "invalid-request",
    tries: 1,
    guessed: "at once",
    says: () => "This conversation was not understood.",
  },
  // As providers do, with the key in it: nobody may read it.
  { status: 401, code: "authentication", tries: 1, says: ({ call }) => `Incorrect key provided: ${keyOf(call)}` },
  { status: 403, code: "permission", tries: 1, says: () => "Not with this account." },
  { status: 404, code: "not-found", tries: 1, says: () => "There is no such model." },
  { status: 408, code: "timeout", tries: 1, says: () => "The request took too long to arrive." },
  // A conflict between requests, which passes: the vendors' own clients try again.
  { status: 409, code: "upstream-failed", tries: 3, says: () => "Another request holds the lock." },
  { status: 413, code: "context-length", tries: 1, says: () => "The request is too large." },
  { status: 429, code: "rate-limited", tries: 3, says: () => "Slow down." },
  { status: 500, code: "upstream-failed", tries: 3, guessed: "repeated", says: () => "Something broke." },
  { status: 502, code: "upstream-failed", tries: 3, says: () => "The gateway got no answer." },
  { status: 503, code: "overloaded", tries: 3, says: () => "Come back later." },
  { status: 529, code: "overloaded", tries: 3, says: () => "Too much to do." },
];

/** The key that a call came with, as it came. */
function keyOf({ headers }: UpstreamCall): string {
  const key = headers.authorization ?? headers["x-api-key"] ?? headers["x-goog-api-key"];
  return typeof key === "string" ? key : "";
}

function refuse({ wire }: Scene, status: number, message: string): Behaviour {
  return body(status, jsonType, wire.refusal(status, message));
}

/** How a provider says when to come back; `seconds` later than any test waits, unless it is to be waited for. */
const waits: readonly {
  readonly name: string;
  readonly seconds: number;
  readonly header: () => readonly [string, string];
}[] = [
  { name: "seconds, short", seconds: 1, header: () => ["retry-after", "1"] },
  { name: "seconds, beyond the deadline", seconds: 7200, header: () => ["retry-after", "7200"] },
  {
    name: "date, beyond the deadline",
    seconds: 7200,
    header: () => ["retry-after", new Date(Date.now() + 7_200_000).toUTCString()],
  },
  { name: "ms, beyond the deadline", seconds: 7200, header: () => ["retry-after-ms", "7200000"] },
];

/** Answers with a status other than 200. */
export const statusFaults: readonly Fault[] = [
  ...refusals.map(({ status, says, ...failure }): Fault => ({
    name: `${status}`,
    phases,
    ...(failure.guessed !== undefined && { teaches: true as const }),
    behave: (scene) => refuse(scene, status, says(scene)),
    nature: () => ({ kind: "fails", ...failure, spoke: false }),
  })),
  {
    name: "503 once",
    phases,
    behave: (scene) => (scene.call.attempt === 1 ? refuse(scene, 503, "Come back later.") : wellBehaved(scene)),
    nature: () => ({ kind: "recovers" }),
  },
  {
    name: "redirect",
    phases,
    // To the same path again: whoever follows makes another call.
    behave: () => body(307, "text/plain", "", { headers: { location: "?again=1" } }),
    nature: () => ({ kind: "fails", code: "invalid-response", tries: 1, spoke: false }),
  },
  ...waits.map(({ name, seconds, header }): Fault => ({
    name: `429, Retry-After in ${name}`,
    phases,
    ...(seconds === 1 && { pace: "slow" as const }),
    behave: ({ wire }) => {
      const [field, value] = header();
      const message = "Slow down.";
      const refusal = wire.retryInBody?.(429, message, seconds) ?? wire.refusal(429, message);
      return body(429, jsonType, refusal, { headers: { [field]: value } });
    },
    nature: () => ({
      kind: "fails",
      code: "rate-limited",
      tries: seconds === 1 ? 3 : 1,
      spoke: false,
      retryAfterS: seconds,
    }),
  })),
];
