import { type Claim, over, percent, points } from "../claim.ts";
import { rightOf } from "../counting.ts";
import { difference, mean } from "../interval.ts";
import { type Play, play } from "../play.ts";
import { teamOf } from "../profile.ts";

const runs = 1500;
const orders: readonly (readonly [string, Play["order"]])[] = [
  ["balanced (the rules)", "rules"],
  ["drawn for each voter", "drawn"],
  ["the team's order for all", "team"],
];

/** A preference for the first place on the ballot. */
export const position: Claim = {
  title: "Balanced ballots cancel a preference for the first place",
  text: `Each voter's list starts after its own place in a drawn order, so over all voters every answer takes every position equally often (\`ballot-order.test.ts\`). *First of the team wins*: the share of runs that the first agent of the configuration
wins in a team of equals, which ought to be 1 in K. With the team's order for all it is far more; with balanced ballots it is not. Cancelled bias is still noise: a vote for a position says nothing about answers, so accuracy falls. With five
agents balance loses least; with three the orders differ in who wins more than in how often that is right. Prose, every voter prefers the first of two equal answers that strongly.`,
  columns: ["first place preferred", "order of ballots", "K", "first of the team wins", "right", "against balance"],
  rows: [0.5, 0.7, 0.9].flatMap((first) =>
    [3, 5].flatMap((size) =>
      orders.map(([name, order]) => ({
        labels: [`${first}`, name, `${size}`],
        cells: () => {
          const found = over(`position ${size}`, runs, (question) => {
            const team = teamOf(size, { first });
            const played = play(question, team, order ? { order } : {});
            const balanced = order === "rules" ? played : play(question, team);
            return {
              wins: played.winner.author === "a" ? 1 : 0,
              right: rightOf(played.leaders),
              balanced: rightOf(balanced.leaders),
            };
          });
          const right = found.map((each) => each.right);
          return [
            percent(mean(found.map(({ wins }) => wins))),
            percent(mean(right)),
            order === "rules"
              ? ""
              : points(
                  difference(
                    right,
                    found.map(({ balanced }) => balanced),
                  ),
                ),
          ];
        },
      })),
    ),
  ),
};
