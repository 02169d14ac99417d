import { type Claim, amount, over, percent, points } from "../claim.ts";
import { rightOf } from "../counting.ts";
import { difference, mean } from "../interval.ts";
import { play } from "../play.ts";
import { teamOf } from "../profile.ts";
import type { Revision } from "../revision.ts";

const runs = 2000;
const kinds: readonly (readonly [string, Revision])[] = [
  ["drawn", "drawn"],
  ["voted for", "chosen"],
  ["most", "crowd"],
  ["voted for, 30 % of mistakes mended", "better"],
];

/** A round in which voters may answer anew. */
export const revision: Claim = {
  title: "A round of revision",
  text: `Voters may write a new answer instead of voting (\`max_new_answers_per_agent: 2\`), do so with the given probability, and all vote again on old and new answers. What a revision says is an assumption, and the result follows it. *Drawn* takes up what one of the
answers read says, which is what published measurements of debates found: no better and no worse on average. *Most* is conformity. *Voted for* writes what its author holds best anyway. The last adds an insight that no draft had. Differences are to no revision, on the same drafts. Certain is
only the cost: where one voter revises, all vote again. Prose.`,
  columns: ["K", "revises", "revision", "right", "against none", "calls", "seconds"],
  rows: [3, 5].flatMap((size) => [
    {
      labels: [`${size}`, "0 %", "none offered"],
      cells: () => {
        const found = over(`revision ${size}`, runs, (question) => play(question, teamOf(size)));
        return [
          percent(mean(found.map(({ leaders }) => rightOf(leaders)))),
          "",
          amount(found.map((each) => each.calls)),
          amount(
            found.map((each) => each.seconds),
            1,
          ),
        ];
      },
    },
    ...[0.2, 1].flatMap((revises) =>
      kinds.map(([name, how]) => ({
        labels: [`${size}`, `${100 * revises} %`, name],
        cells: () => {
          const found = over(`revision ${size}`, runs, (question) => ({
            none: rightOf(play(question, teamOf(size)).leaders),
            some: play(question, teamOf(size, { revises }), {
              revision: how,
              settings: { maxNewAnswersPerAgent: 2 },
            }),
          }));
          const right = found.map(({ some }) => rightOf(some.leaders));
          return [
            percent(mean(right)),
            points(
              difference(
                right,
                found.map(({ none }) => none),
              ),
            ),
            amount(found.map(({ some }) => some.calls)),
            amount(
              found.map(({ some }) => some.seconds),
              1,
            ),
          ];
        },
      })),
    ),
  ]),
};
