import { type Claim, over, percent } from "../claim.ts";
import { rightOf } from "../counting.ts";
import { mean } from "../interval.ts";
import { play } from "../play.ts";
import { type Profile, ordinary, teamOf } from "../profile.ts";
import { draftOf } from "../question.ts";
import { Random } from "../random.ts";
import { rank } from "../ranking.ts";

const runs = 1000;

/** A member that is always wrong, and persuasive. */
export const liar: Claim = {
  title: "What a persuasive liar gains",
  text: `One agent of the team is always wrong, and others prefer its answer that strongly, whatever it says. What bounds its gain: it cannot vote for itself, its ballot is one of K, and it has no part in an agreement of more than half, so
that where answers can be equal its share of the wins has a ceiling. Nothing bounds it in prose: against mild persuasion a vote holds better than one judge, against strong persuasion neither holds,
and a liar that persuades most voters wins nearly every vote. Fences and marks keep its text from giving orders. They do not keep it from convincing.`,
  columns: [
    "liar preferred",
    "K",
    "without it: prose",
    "prose",
    "prose: liar wins",
    "one judge",
    "can be equal",
    "can be equal: liar wins",
  ],
  rows: [3, 5, 7].flatMap((size) =>
    [0.5, 0.7, 0.9, 0.99].map((charm) => ({
      labels: [`${charm}`, `${size}`],
      cells: () => {
        const lying: Profile = { ...ordinary, skill: 0, spread: 0, rho: 0, charm };
        const team = new Map([...teamOf(size), ["a", lying]]);
        const rest = new Map([...teamOf(size)].slice(1));
        const found = over(`liar ${size}`, runs, (question) => {
          const drafts = [...team].map(([name, profile]) => draftOf(question, name, profile));
          const place = (id: string): number => new Random(`${question.name} judge reads ${id}`).next();
          const listed = drafts
            .toSorted((a, b) => place(a.id) - place(b.id))
            .map((answer, position) => ({ answer, position }));
          const charms = (author: string): number => (author === "a" ? charm : 0.5);
          const judge = rank(question, { name: "judge", profile: ordinary }, listed, charms, "judge");
          return {
            honest: play(question, rest),
            prose: play(question, team),
            short: play(question, team, { short: true }),
            judge: rightOf(judge.slice(0, 1)),
          };
        });
        const wins = (author: string): number => (author === "a" ? 1 : 0);
        return [
          percent(mean(found.map(({ honest }) => rightOf(honest.leaders)))),
          percent(mean(found.map(({ prose }) => rightOf(prose.leaders)))),
          percent(mean(found.map(({ prose }) => wins(prose.winner.author)))),
          percent(mean(found.map(({ judge }) => judge))),
          percent(mean(found.map(({ short }) => rightOf(short.leaders)))),
          percent(mean(found.map(({ short }) => wins(short.winner.author)))),
        ];
      },
    })),
  ),
};
