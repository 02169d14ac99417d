import { type Claim, over, percent } from "../claim.ts";
import { rightOf } from "../counting.ts";
import { mean } from "../interval.ts";
import { play } from "../play.ts";
import { ordinary, teamOf } from "../profile.ts";

const runs = 1500;

/** A preference for one's own answer. */
export const vanity: Claim = {
  title: "Without votes for oneself, self-preference has no effect",
  text: `*Everybody*: all agents prefer their own answer that strongly. *Only a*: the first one does. With own answers left off the ballot, the default from three authors on, the rows are equal to the last digit: the preference has nothing to
hold on to. With self-votes, one vain agent wins far more than its share, and a vain team leaves every vote to the lot. Prose.`,
  columns: [
    "own answer preferred",
    "self-votes",
    "K",
    "everybody: right",
    "everybody: lot decides",
    "only a: right",
    "only a: a wins",
  ],
  rows: ["allow", "auto"].flatMap((selfVotes) =>
    [3, 5].flatMap((size) =>
      [0.5, 0.8, 0.99].map((vain) => ({
        labels: [`${vain}`, selfVotes === "auto" ? "left off (the rules)" : "allowed", `${size}`],
        cells: () => {
          const settings = { selfVotes: selfVotes as "allow" | "auto" };
          const found = over(`vanity ${size}`, runs, (question) => ({
            all: play(question, teamOf(size, { vanity: vain }), { settings }),
            one: play(question, new Map([...teamOf(size), ["a", { ...ordinary, vanity: vain }]]), { settings }),
          }));
          return [
            percent(mean(found.map(({ all }) => rightOf(all.leaders)))),
            percent(mean(found.map(({ all }) => (all.leaders.length > 1 ? 1 : 0)))),
            percent(mean(found.map(({ one }) => rightOf(one.leaders)))),
            percent(mean(found.map(({ one }) => (one.winner.author === "a" ? 1 : 0)))),
          ];
        },
      })),
    ),
  ),
};
