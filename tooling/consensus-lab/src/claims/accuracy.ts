import type { Answer } from "../answer.ts";
import { type Claim, over, percent, points } from "../claim.ts";
import { type Count, borda, majorityOfDrafts, pairwise, rightOf } from "../counting.ts";
import { difference, mean, share } from "../interval.ts";
import { type Played, play } from "../play.ts";
import { type Profile, ordinary, teamOf } from "../profile.ts";
import { type Question, draftOf } from "../question.ts";
import { Random } from "../random.ts";
import { rank } from "../ranking.ts";

const sizes = [2, 3, 4, 5, 6, 7];
const skills = [0.4, 0.6, 0.8];
const rhos = [0, 0.4, 0.75];
const runs = 1000;

/** Every size of team with every skill and share of common mistakes. */
const cells = skills.flatMap((skill) => rhos.flatMap((rho) => sizes.map((size) => ({ skill, rho, size }))));

/** Whom a judge picks that drafted nothing itself and reads all answers in a drawn order. */
export function judged(question: Question, answers: readonly Answer[], change: Partial<Profile> = {}): Answer {
  const profile = { ...ordinary, ...change };
  const place = ({ id }: Answer): number => new Random(`${question.name} judge reads ${id}`).next();
  const listed = answers.toSorted((a, b) => place(a) - place(b)).map((answer, position) => ({ answer, position }));
  return rank(question, { name: "judge", profile }, listed, () => 0.5, "judge")[0] as Answer;
}

/** The same first places, and nothing meant by the rest: it stands in the order of the ballot's names. */
const firstOnly = (question: Question, rankings: readonly (readonly Answer[])[]): readonly (readonly Answer[])[] =>
  rankings.map(([first, ...rest], voter) => {
    const place = ({ id }: Answer): number => new Random(`${question.name} rest ${voter} ${id}`).next();
    return [...(first ? [first] : []), ...rest.toSorted((a, b) => place(a) - place(b))];
  });

const rightBy = (count: Count, { answers, rankings }: Played): number =>
  rightOf(count(answers, [...rankings.values()]));

/** Prose: no two drafts are equal texts, so every run votes. */
export const prose: Claim = {
  title: "Accuracy of ways to decide: prose",
  text: `No two drafts are equal texts, so every run votes. *Vote* is the vote as the rules hold it: own answers are left off from three authors on, most votes win, a lot
decides ties. The other columns are differences to it in points, on the same drafts and the same opinions, in bold where the interval leaves out 0. *Majority* takes what most
drafts say, and needs a reader that can tell which texts say the same. *Judge*: one model that did not draft picks. *Borda* and *pairwise* count whole
rankings, and assume that a voter that has to rank six answers means its fourth place as much as its first. *Borda, first meant* assumes the contrary, that all places
behind the first are chance. With three agents there is no difference: each ranks two answers, so that its vote is its ranking. rho is the share of common mistakes, in
drafts and in judgement.`,
  columns: ["skill", "rho", "K", "one agent", "vote", "majority", "judge", "Borda", "Borda, first meant", "pairwise"],
  rows: cells.map(({ skill, rho, size }) => ({
    labels: [`${skill}`, `${rho}`, `${size}`],
    cells: () => {
      const found = over(`prose ${skill} ${rho} ${size}`, runs, (question) => {
        const played = play(question, teamOf(size, { skill, rho, herd: rho }));
        return {
          one: rightOf([draftOf(question, "a", { ...ordinary, skill, rho })]),
          vote: rightOf(played.leaders),
          majority: rightBy(majorityOfDrafts, played),
          judge: rightOf([judged(question, played.answers)]),
          borda: rightBy(borda, played),
          firstMeant: rightOf(borda(played.answers, firstOnly(question, [...played.rankings.values()]))),
          pairwise: rightBy(pairwise, played),
        };
      });
      const vote = found.map((each) => each.vote);
      const others = ["majority", "judge", "borda", "firstMeant", "pairwise"] as const;
      return [
        percent(mean(found.map(({ one }) => one))),
        percent(mean(vote)),
        ...others.map((arm) =>
          points(
            difference(
              found.map((each) => each[arm]),
              vote,
            ),
          ),
        ),
      ];
    },
  })),
};

/** Short answers: those that say the same are equal texts. */
export const short: Claim = {
  title: "Accuracy of ways to decide: answers that can be equal",
  text: `Answers that say the same are the same text, as numbers, choices and tool calls are. When more than half of the team agree, nobody votes. *Team* is the whole procedure,
*majority* the difference that a bare majority of the same drafts makes, with a lot for ties. Agreement is right more often than a vote as long as mistakes are not shared; an agreement on
the common mistake is what remains, and no rule can tell it from any other.`,
  columns: ["skill", "rho", "K", "one agent", "team", "majority", "agreed", "right if agreed", "right if voted"],
  rows: cells.map(({ skill, rho, size }) => ({
    labels: [`${skill}`, `${rho}`, `${size}`],
    cells: () => {
      const found = over(`short ${skill} ${rho} ${size}`, runs, (question) => {
        const team = teamOf(size, { skill, rho, herd: rho });
        const played = play(question, team, { short: true });
        // An agreement ends the run before every draft is in.
        const drafts = [...team].map(([name, profile]) => draftOf(question, name, profile));
        return {
          one: rightOf(drafts.slice(0, 1)),
          team: rightOf(played.leaders),
          majority: rightOf(majorityOfDrafts(drafts, [])),
          agreed: played.agreed,
        };
      });
      const agreed = found.filter((each) => each.agreed);
      const voted = found.filter((each) => !each.agreed);
      const team = found.map((each) => each.team);
      return [
        percent(mean(found.map(({ one }) => one))),
        percent(mean(team)),
        points(
          difference(
            found.map(({ majority }) => majority),
            team,
          ),
        ),
        percent(share(agreed.length, runs)),
        agreed.length > 30 ? percent(mean(agreed.map((each) => each.team))) : "",
        voted.length > 30 ? percent(mean(voted.map((each) => each.team))) : "",
      ];
    },
  })),
};
