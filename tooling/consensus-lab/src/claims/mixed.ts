import { type Claim, over, percent, points } from "../claim.ts";
import { rightOf } from "../counting.ts";
import { difference, mean } from "../interval.ts";
import { play } from "../play.ts";
import { type Profile, ordinary } from "../profile.ts";
import { draftOf } from "../question.ts";

const runs = 1500;
const teams: readonly (readonly number[])[] = [
  [0.8, 0.8, 0.8],
  [0.8, 0.7, 0.7],
  [0.8, 0.6, 0.6],
  [0.8, 0.5, 0.5],
  [0.8, 0.4, 0.4],
];

/** A team whose members differ. */
export const mixed: Claim = {
  title: "One strong member among weaker ones",
  text: `The best member alone against the team that it is in. A member judges as well as it answers (its eye is its skill less 0.1, but at least 0.55). A team of
equals gains. The further the others are behind the best, the less is gained, until the best alone is the better choice. *Can be equal* is the
whole procedure, in which equal answers agree before anybody votes.`,
  columns: ["skills", "best alone", "team: prose", "against the best", "team: can be equal", "against the best"],
  rows: teams.map((skills) => ({
    labels: [skills.join(", ")],
    cells: () => {
      const team = new Map(
        skills.map((skill, i): [string, Profile] => [
          "abc"[i] as string,
          { ...ordinary, skill, eye: Math.max(0.55, skill - 0.1) },
        ]),
      );
      const found = over(`mixed ${skills.join(" ")}`, runs, (question) => ({
        best: rightOf([draftOf(question, "a", team.get("a") as Profile)]),
        prose: rightOf(play(question, team).leaders),
        short: rightOf(play(question, team, { short: true }).leaders),
      }));
      const of = (arm: "best" | "prose" | "short"): readonly number[] => found.map((each) => each[arm]);
      return [
        percent(mean(of("best"))),
        percent(mean(of("prose"))),
        points(difference(of("prose"), of("best"))),
        percent(mean(of("short"))),
        points(difference(of("short"), of("best"))),
      ];
    },
  })),
};
