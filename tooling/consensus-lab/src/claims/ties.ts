import type { Answer } from "../answer.ts";
import { type Claim, amount, over, percent, points } from "../claim.ts";
import { borda, firstPlaces, majorityOfDrafts, rightOf } from "../counting.ts";
import { difference, mean, share } from "../interval.ts";
import { type Played, play } from "../play.ts";
import { teamOf } from "../profile.ts";
import type { Question } from "../question.ts";
import { rank } from "../ranking.ts";
import { judged } from "./accuracy.ts";

const runs = 3000;

/** The tied answers after those have voted once more who wrote none of them; and how many that were. */
function again(
  question: Question,
  { leaders, rankings }: Played,
  size: number,
  eye: number,
): [readonly Answer[], number] {
  const profiles = teamOf(size, { eye });
  const untied = [...profiles].filter(([name]) => rankings.has(name) && !leaders.some(({ author }) => author === name));
  const fresh = untied.map(([name, profile]) => {
    const listed = leaders.map((answer, position) => ({ answer, position }));
    return rank(question, { name, profile }, listed, () => 0.5, "once more");
  });
  return [fresh.length === 0 ? leaders : firstPlaces(leaders, fresh), fresh.length];
}

/** The one among these that a count of all answers puts highest: only ties are broken by it. */
const among = (leaders: readonly Answer[], { rankings }: Played): readonly Answer[] =>
  borda(
    leaders,
    [...rankings.values()].map((ranking) => ranking.filter(({ id }) => leaders.some((one) => one.id === id))),
  );

/** Votes without a winner. */
export const ties: Claim = {
  title: "Ties",
  text: `Three voters that may not vote for themselves have 8 ways to vote, and 2 of these are a cycle: 25 % of random votes are tied (a test goes through all 8). Voters that tell right from wrong tie less. *Lot: right* is how often the drawn answer is right, in tied runs; the next columns are
differences to it. *Once more*: those vote again, on the tied answers, who wrote none of them; in a team of three nobody is left to ask. *Rankings*: the places behind the first, counted among the tied. *Judge*: a model that did not draft picks among the tied. *Majority* takes what most
drafts say. *To be mended* is the share of tied runs in which the drawn answer is wrong and a right one is on the ballot: all that a synthesis can gain. It gains more than it loses if the probability that it mends such a run is *break-even* times the probability that it spoils a
right winner, or more. The better voters are, the less is left to mend. Weak local models spoiled 6 of 16 and mended none, so their ties go out as drawn. Prose.`,
  columns: [
    "K",
    "eye",
    "tied",
    "lot: right",
    "once more",
    "calls for it",
    "rankings",
    "judge",
    "majority",
    "to be mended",
    "break-even",
  ],
  rows: [3, 4, 5, 7].flatMap((size) =>
    [0.5, 0.7, 0.9].map((eye) => ({
      labels: [`${size}`, `${eye}`],
      cells: () => {
        const profile = eye === 0.5 ? { eye, belief: 0.5 } : { eye };
        const found = over(`ties ${size} ${eye}`, runs, (question) => ({
          question,
          played: play(question, teamOf(size, profile)),
        }));
        const tied = found
          .filter(({ played }) => played.leaders.length > 1)
          .map(({ question, played }) => {
            const [more, calls] = again(question, played, size, eye);
            const isRight = ({ meaning }: Answer): boolean => meaning === "right";
            const lot = rightOf(played.leaders);
            return {
              lot,
              more: rightOf(more),
              calls,
              rankings: rightOf(among(played.leaders, played)),
              judge: rightOf([judged(question, played.leaders, profile)]),
              majority: rightOf(majorityOfDrafts(played.answers, [])),
              mendable: played.answers.some(isRight) ? 1 - lot : 0,
            };
          });
        const lot = tied.map((each) => each.lot);
        const against = (arm: "more" | "rankings" | "judge" | "majority"): string =>
          points(
            difference(
              tied.map((each) => each[arm]),
              lot,
            ),
          );
        const mendable = mean(tied.map((each) => each.mendable));
        return [
          percent(share(tied.length, runs)),
          percent(mean(lot)),
          size === 3 ? "nobody" : against("more"),
          amount(tied.map(({ calls }) => calls)),
          size === 3 ? "nothing to rank" : against("rankings"),
          against("judge"),
          against("majority"),
          percent(mendable),
          (mean(lot).value / mendable.value).toFixed(1),
        ];
      },
    })),
  ),
};
