import { type Claim, amount, over, percent } from "../claim.ts";
import { rightOf } from "../counting.ts";
import { mean } from "../interval.ts";
import { play } from "../play.ts";
import { type Profile, teamOf } from "../profile.ts";

const runs = 1000;

const cellsOf = (experiment: string, size: number, change: Partial<Profile>): readonly string[] => {
  const found = over(experiment, runs, (question) => play(question, teamOf(size, change)));
  return [
    percent(mean(found.map(({ leaders }) => rightOf(leaders)))),
    percent(mean(found.map(({ leaders }) => (leaders.length > 1 ? 1 : 0)))),
    amount(found.map((each) => each.calls)),
  ];
};

/** What no rule cancels. */
export const length: Claim = {
  title: "A preference for long answers is not cancelled",
  text: `Length says nothing about being right in these runs, and each voter prefers the longer of two answers (a standard deviation apart) that strongly. Unlike positions, lengths cannot be balanced: all voters lean the same way. The
instruction says that length is no merit; the rules can do no more. Prose.`,
  columns: ["longer preferred", "K", "right", "lot decides", "calls"],
  rows: [0.5, 0.7, 0.9].flatMap((long) =>
    [3, 5].map((size) => ({
      labels: [`${long}`, `${size}`],
      cells: () => cellsOf(`length ${size}`, size, { long }),
    })),
  ),
};

/** Replies to ballots that cannot be used. */
export const unusable: Claim = {
  title: "An unusable ballot is an abstention",
  text: `A reply without a vote is asked for once more, by one call more; then its voter abstains. No vote is made up, so accuracy falls towards the lot among drafts, which is one agent's, and not towards whoever stands first. Prose.`,
  columns: ["replies unusable", "K", "right", "lot decides", "calls"],
  rows: [0, 0.1, 0.3, 0.6, 1].flatMap((unusable) =>
    [3, 5].map((size) => ({
      labels: [`${100 * unusable} %`, `${size}`],
      cells: () => cellsOf(`unusable ${size}`, size, { unusable }),
    })),
  ),
};
