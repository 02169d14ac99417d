import { MassgenError } from "../errors.ts";
import type { CallOrder } from "../coordination/effect.ts";
import type { RunRequest } from "../run-request.ts";
import { textOf } from "../model/message.ts";
import type { Usage } from "../model/model-event.ts";
import type { CallOutcome } from "./agent-call.ts";

/** The marks around the answers that a presenter was shown, as models copy them: with the nonce, or without. */
const marks = /<\/?(?:CURRENT ANSWERS|agent\d{1,4})(?: k=\w{0,32})?>/gi;
const longestMark = 64;

/** The most leading blank space that is held back, since a mark may follow. */
const mostBlanks = 1000;

/** Why a final answer with marks is unusable. */
const repeatsMarks = "it repeats the marks of what it was shown";

/** Passes the text of a final answer on as long as it contains no mark of the prompt. */
export interface FenceGuard {
  /**
   * Takes the next piece and passes on everything that cannot be the beginning of a mark.
   * @throws MassgenError `invalid-response` once a mark appears beside text that a client should have read
   */
  readonly push: (piece: string) => Promise<void>;
  /** Ends the text: passes on what was held back, and drops marks after an answer. */
  readonly end: () => Promise<void>;
  /** Whether a mark was found. */
  readonly found: () => boolean;
  /** The text passed on so far. */
  readonly passed: () => string;
}

/**
 * @param nonce of the prompt, a secret
 * @param nonceOnly only marks with the nonce count, because the client's own conversation or an answer contains others
 * @param pass receives the text
 */
export function fenceGuard(
  nonce: string,
  nonceOnly: boolean,
  pass: (text: string) => Promise<void> | void,
): FenceGuard {
  let held = "";
  let passed = "";
  let found = false;

  async function give(text: string): Promise<void> {
    if (text === "") return;
    passed += text;
    await pass(text);
  }

  /** The position of a mark in the held text, or -1. */
  function begin(): number {
    const plain = nonceOnly ? -1 : held.search(marks);
    const known = held.indexOf(nonce);
    if (known < 0) return plain;
    const opened = held.lastIndexOf("<", known);
    const start = opened >= 0 && known - opened < longestMark ? opened : known;
    return plain < 0 ? start : Math.min(plain, start);
  }

  /** The position from which the held text may be the beginning of a mark. */
  function open(): number {
    const opened = held.indexOf("<", Math.max(0, held.length - longestMark));
    const last = held.lastIndexOf("<");
    const bracket = opened >= 0 && !held.includes(">", last) ? last : held.length;
    let start = held.length;
    for (let length = Math.min(nonce.length - 1, held.length); length > 0 && start === held.length; length--)
      if (nonce.startsWith(held.slice(-length))) start = held.length - length;
    return Math.min(bracket, start);
  }

  /** Only marks and blank space may follow a mark. */
  function checkRest(): void {
    const rest = held.replaceAll(marks, "").replaceAll(nonce, "").trim();
    held = rest;
    if (passed !== "" && (rest === "" || (rest.startsWith("<") && rest.length < longestMark))) return;
    throw new MassgenError("invalid-response", repeatsMarks);
  }

  return {
    found: () => found,
    passed: () => passed,
    async push(piece) {
      held += piece;
      if (!found) {
        const start = begin();
        found = start >= 0;
        const until = found ? start : open();
        const ready = held.slice(0, until);
        const blank = passed === "" && ready.trim() === "" && ready.length < mostBlanks;
        if (!blank) {
          held = held.slice(until);
          await give(found ? ready.trimEnd() : ready);
        }
      }
      if (found) checkRest();
    },
    async end() {
      if (!found) await give(held);
      else if (passed === "") checkRest();
      held = "";
    },
  };
}

/** Whether the client, or an answer shown to the presenter, uses such marks itself. */
export function speaksInMarks({ messages }: RunRequest, { purpose }: CallOrder): boolean {
  const shown = purpose.phase === "presentation" ? purpose.candidates.map(({ text }) => text) : [];
  return [...messages.map(textOf), ...shown].some((text) => text.search(marks) >= 0);
}

/**
 * Adjusts the outcome of a presentation to what its guard found: a final answer that repeats the prompt's marks is
 * unusable, unless they only follow a complete answer.
 *
 * @param delivered whether a client may have read the text that was passed on
 */
export function guarded(fact: CallOutcome, guard: FenceGuard, nonce: string, delivered: boolean): CallOutcome {
  const seen = delivered && guard.passed() !== "";
  if (fact.type === "presentation-finished") {
    const inCalls = fact.reply.toolCalls.some((call) => call.arguments.includes(nonce));
    if (inCalls || (guard.found() && !seen)) return unusable(fact.callId, fact);
    return guard.found() ? { ...fact, reply: { ...fact.reply, text: guard.passed() } } : fact;
  }
  if (fact.type !== "call-failed" || !guard.found()) return fact;
  return seen && fact.failure.message !== repeatsMarks ? fact : unusable(fact.callId, fact);
}

function unusable(callId: string, { usage }: { readonly usage?: Usage }): CallOutcome {
  const reply = { text: "", toolCalls: [], finishReason: "other", problem: repeatsMarks, repeatsMarks: true } as const;
  return { type: "presentation-finished", callId, reply, ...(usage && { usage }) };
}
