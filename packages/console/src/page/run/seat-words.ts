import { failureWords } from "./failure-words.ts";
import type { Doing, Phase, Seat } from "./seat.ts";

/** What an agent is doing, in a word or two, and why where that is not plain. */
export interface SeatWords {
  readonly label: string;
  readonly why?: string;
}

const doingNow: ReadonlyMap<Phase, string> = new Map([
  ["draft", "drafting"],
  ["ballot", "voting"],
  ["presentation", "writing the answer"],
]);

const droppedFor: ReadonlyMap<string, string> = new Map([
  ["straggler", "The others do not wait longer."],
  ["deadline", "Time ran out."],
  ["answer-now", "The answer was wanted at once."],
]);

/** @param over whether the run has ended, so that nobody is at work any more */
export function seatWords({ doing, candidates }: Pick<Seat, "doing" | "candidates">, over: boolean): SeatWords {
  const resting = candidates.length > 0 ? "answered" : "not called";
  switch (doing.kind) {
    case "waiting":
      return { label: over ? "not called" : "waiting" };
    case "held":
      return over
        ? { label: resting, why: "The others decided without it." }
        : {
            label: "held back",
            why: `Asked only if the others cannot ${doing.phase === "draft" ? "agree" : "decide"}.`,
          };
    case "queued":
      return over ? { label: resting } : { label: "in line", why: `Waits for its turn: ${doing.reason}.` };
    case "drafting":
    case "presenting":
    case "voting":
      return over ? { label: resting } : { label: atWork(doing) };
    case "retrying":
      return over
        ? { label: resting }
        : { label: `${doingNow.get(doing.phase) ?? "at it"} again`, why: sentence(doing.why) };
    case "drafted":
      return { label: "answered" };
    case "voted":
      return { label: "voted" };
    case "abstained":
      return { label: "no vote", why: sentence(doing.why) };
    case "failed":
      return { label: "failed", why: sentence(failureWords(doing.failure)) };
    case "dropped":
      return { label: doing.called ? "too slow" : "not called", why: droppedFor.get(doing.why) ?? doing.why };
    case "spared":
      return { label: "not needed", why: sparedWords(doing) };
    case "excluded":
      return {
        label: "takes no part",
        why: doing.why === "images" ? "Its model cannot see images." : "The budget does not cover its call.",
      };
  }
}

function atWork({ kind }: Pick<Doing, "kind">): string {
  if (kind === "drafting") return "drafting";
  return kind === "voting" ? "voting" : "writing the answer";
}

function sparedWords({ agreeing, of }: Extract<Doing, { readonly kind: "spared" }>): string {
  if (agreeing === undefined) return "The vote was decided without it.";
  return `${agreeing} of ${of} agreed already.`;
}

function sentence(words: string): string {
  const capital = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
