import { streaming } from "@massgen/upstream";
import { withArguments, written } from "../spoken.ts";
import { moment, phases, sent, wellBehaved, type Fault } from "./fault.ts";

const thoughts = "<think>Who would not agree?</think>\n\n";

/** A vote whose arguments end behind these words. */
function cutBehind(end: RegExp): Fault["says"] {
  return (answer) => ({ ...withArguments(answer, (args) => end.exec(args)?.[0] ?? ""), finish: "length" });
}

/** Whole answers that do not look like it, and votes that say enough. */
export const quirkFaults: readonly Fault[] = [
  {
    name: "unknown finish word",
    phases,
    says: (answer) => ({ ...answer, finishWord: "COMPLETE" }),
    behave: wellBehaved,
    nature: () => ({ kind: "answers" }),
  },
  {
    name: "text after a finish reason",
    phases,
    behave(scene) {
      const { call, frames } = scene;
      // A response ends with the whole of what was said, so that nothing is left to follow.
      if (call.wire === "responses") return wellBehaved(scene);
      const first = frames.findIndex(({ stage }) => stage !== "opening");
      const reason = frames.filter(({ stage }) => stage === "terminal").slice(0, 1);
      return streaming([
        ...sent(frames.slice(0, first + 1)),
        ...sent(reason),
        moment,
        ...sent(frames.slice(first + 1)),
      ]);
    },
    nature: () => ({ kind: "answers" }),
  },
  {
    name: "thoughts in tags",
    phases,
    says: (answer) => ({ ...answer, text: `${thoughts}${answer.text}` }),
    behave: wellBehaved,
    nature: () => ({ kind: "answers", reads: (text) => text.replace(thoughts, "") }),
  },
  {
    name: "second choice",
    phases,
    says: (answer, phase) =>
      phase === "ballot" ? { ...answer, text: "I vote.", second: "calls" } : { ...answer, second: "words" },
    behave: wellBehaved,
    nature: () => ({ kind: "answers" }),
  },
  {
    name: "vote written as text",
    phases: ["ballot"],
    says: (answer) => written({ ...answer, text: "I have compared all of them." }),
    behave: wellBehaved,
    nature: () => ({ kind: "answers" }),
  },
  {
    name: "vote cut off in its reason",
    phases: ["ballot"],
    says: cutBehind(/^.*"reason":"../),
    behave: wellBehaved,
    // Where calls come whole, nothing is left of one that was cut off; written as text, the beginning is there.
    nature: (wire) => ({ kind: "answers", ...(wire === "gemini" && { asked: 2 as const }) }),
  },
  {
    name: "vote cut off in its label",
    phases: ["ballot"],
    says: cutBehind(/^.*"agent_id":"ag/),
    behave: wellBehaved,
    nature: () => ({ kind: "useless" }),
  },
];
