import { type Claim, over } from "../claim.ts";
import { type Played, play } from "../play.ts";
import { teamOf } from "../profile.ts";
import type { Question } from "../question.ts";

const runs = 1000;

interface Comparison {
  readonly differ: boolean;
  readonly saved: number;
}

const compared = (one: Played, other: Played): boolean =>
  one.winner.meaning !== other.winner.meaning ||
  one.run.state.decision?.winner.text !== other.run.state.decision?.winner.text;

/** Each promise: the same run with and without what it is about. */
const promises: readonly (readonly [string, (question: Question, size: number) => Comparison | undefined])[] = [
  [
    "I6: the vote stops early, against all votes awaited",
    (question, size) => {
      const [early, whole] = [{}, { settings: { earlyStop: false } }].map((plan) => play(question, teamOf(size), plan));
      if (!early || !whole || early.aborted === 0) return undefined;
      return { differ: compared(early, whole), saved: early.aborted };
    },
  ],
  [
    "I11: the first drafts of a lazy run agree, against everybody drafting",
    (question, size) => {
      const lazy = play(question, teamOf(size), { short: true, lazy: true });
      const first = Math.floor(size / 2) + 1;
      if (!lazy.agreed || lazy.calls > first) return undefined;
      const eager = play(question, teamOf(size), { short: true });
      return { differ: compared(lazy, eager), saved: eager.calls - lazy.calls };
    },
  ],
  [
    "I11: a lazy vote is decided without the others, against everybody voting",
    (question, size) => {
      const lazy = play(question, teamOf(size), { lazy: true });
      if (lazy.run.state.saved.lazy === 0) return undefined;
      const whole = play(question, teamOf(size), { settings: { earlyStop: false } });
      return { differ: compared(lazy, whole), saved: lazy.run.state.saved.lazy };
    },
  ],
];

const crashes = (size: number): readonly string[] => {
  let differ = 0;
  let lost = 0;
  let more = 0;
  let died = 0;
  for (const [n, played] of over(`crash ${size}`, runs, (question) => {
    const crashAt = Number(question.name.split(" ").at(-1)) % (2 * size + 1);
    return [play(question, teamOf(size)), play(question, teamOf(size), { crashAt })] as const;
  }).entries()) {
    const [quiet, crashed] = played;
    if (n < 0 || crashed.lost === 0) continue;
    died++;
    lost += crashed.lost;
    more += crashed.calls - quiet.calls;
    if (quiet.winner.id !== crashed.winner.id) differ++;
  }
  return [`${died}`, `${differ}`, `${(more / died).toFixed(2)} more, ${(lost / died).toFixed(2)} were out`];
};

/** What the invariants promise, and whether simulated runs keep it. */
export const exactness: Claim = {
  title: "Saving changes no winner",
  text: `These promises are exact, so one other winner would refute them:

- I6: a decision taken by early stop equals the decision with all outstanding votes cast for the runner-up.
- I10: a finished call is never made again; each crash makes at most the live calls again.
- I11: without budget, quorum or deadline, a lazy run whose first drafts agree has the winner and the text of the eager run of the same replies in which the others come last; a lazy vote-only round has the same winner whatever those not asked would have voted.

Property tests in \`packages/core/src/coordination\` hold the rules to them over arbitrary orders of facts, failures and deadlines. \`transition.property.test.ts\` has I6 and I10 ("in N arbitrary runs
(I1 to I10, budget, receipt)", "in N runs of able teams that are lazy or exhaustive"). \`lazy.property.test.ts\` has I11 ("whose first drafts agree has the winner and the text of the eager run", "has the winner of its vote-only round for every
possible ballot of those not asked"). Nothing is promised for the label of the outcome, the tally, the order of fallback presenters, or a text that is written after the decision. A lazy run whose first drafts differ
calls the others, and pays with time and not with another result.`,
  columns: ["promise", "K", "runs in which it mattered", "other winners", "calls saved per such run"],
  rows: [
    ...promises.flatMap(([name, compare]) =>
      [3, 5, 7].map((size) => ({
        labels: [name, `${size}`],
        cells: () => {
          const found = over(`exact ${size}`, runs, (question) => compare(question, size)).filter(
            (each) => each !== undefined,
          );
          const saved = found.reduce((sum, each) => sum + each.saved, 0) / found.length;
          return [`${found.length}`, `${found.filter(({ differ }) => differ).length}`, saved.toFixed(2)];
        },
      })),
    ),
    ...[3, 5].map((size) => ({
      labels: ["I10: the process dies once, against the run left alone", `${size}`],
      cells: () => crashes(size),
    })),
  ],
};
