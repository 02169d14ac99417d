import { type Claim, over, percent, points } from "../claim.ts";
import { borda, majorityOfDrafts, rightOf } from "../counting.ts";
import { difference, mean } from "../interval.ts";
import { play } from "../play.ts";
import { ordinary, teamOf } from "../profile.ts";
import { draftOf } from "../question.ts";
import { judged } from "./accuracy.ts";

const runs = 1000;

/** How good voters have to be. */
export const judgement: Claim = {
  title: "How well voters must judge",
  text: `*Eye* is the probability that a voter prefers the right one of two answers, *herd* the share of voters that make the same misjudgements.
A vote of blind voters (eye 0.5) is a lot among drafts: as good as one agent, at 2K + 1 times the calls. A majority of the drafts beats a vote of
weak judges and loses to one of good judges; but it needs answers that can be compared. *Judge* is one model that did not draft and picks alone (K + 1 calls).
The more misjudgements are shared, the closer the vote comes to one judge. Prose, skill 0.6, rho 0.4, no belief in one's own opinion.`,
  columns: [
    "K",
    "eye",
    "herd",
    "one agent",
    "vote",
    "vote against one agent",
    "majority against vote",
    "judge against vote",
    "Borda against vote",
  ],
  rows: [3, 5].flatMap((size) =>
    [0.5, 0.6, 0.7, 0.8].flatMap((eye) =>
      [0, 0.4, 0.8].map((herd) => ({
        labels: [`${size}`, `${eye}`, `${herd}`],
        cells: () => {
          const change = { skill: 0.6, eye, herd, belief: 0.5 };
          const found = over(`judgement ${size}`, runs, (question) => {
            const played = play(question, teamOf(size, change));
            return {
              one: rightOf([draftOf(question, "a", { ...ordinary, skill: 0.6 })]),
              vote: rightOf(played.leaders),
              majority: rightOf(majorityOfDrafts(played.answers, [])),
              judge: rightOf([judged(question, played.answers, change)]),
              borda: rightOf(borda(played.answers, [...played.rankings.values()])),
            };
          });
          const of = (arm: "one" | "vote" | "majority" | "judge" | "borda"): readonly number[] =>
            found.map((each) => each[arm]);
          return [
            percent(mean(of("one"))),
            percent(mean(of("vote"))),
            points(difference(of("vote"), of("one"))),
            points(difference(of("majority"), of("vote"))),
            points(difference(of("judge"), of("vote"))),
            points(difference(of("borda"), of("vote"))),
          ];
        },
      })),
    ),
  ),
};
