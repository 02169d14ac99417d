import { type Claim, amount, over } from "../claim.ts";
import { type Play, play } from "../play.ts";
import { teamOf } from "../profile.ts";

const runs = 500;
const ways: readonly (readonly [string, Play])[] = [
  ["all votes awaited", { settings: { earlyStop: false } }],
  ["early stop", {}],
  ["lazy and early stop", { lazy: true }],
];

/** What the rules save. */
export const calls: Claim = {
  title: "What early stop and laziness save",
  text: `Calls that a run makes, how many of them are aborted (a provider may charge what they had written), and how long it takes. The times are assumptions: log-normal with medians
of 4 s for a draft or final answer and 2 s for a ballot, so that only their relation says something. Early stop is on by default. Laziness is on by default where answers can be
equal, with tools or a response format, and off for prose, where it saves little and costs time: the table shows both.`,
  columns: ["answers", "skill", "K", "rules", "calls", "of them aborted", "seconds"],
  rows: [false, true].flatMap((short) =>
    [0.6, 0.8].flatMap((skill) =>
      [3, 5, 7].flatMap((size) =>
        ways.map(([name, plan]) => ({
          labels: [short ? "can be equal" : "prose", `${skill}`, `${size}`, name],
          cells: () => {
            const found = over(`calls ${skill} ${size}`, runs, (question) =>
              play(question, teamOf(size, { skill }), { ...plan, short }),
            );
            return [
              amount(found.map((each) => each.calls)),
              amount(found.map((each) => each.aborted)),
              amount(
                found.map((each) => each.seconds),
                1,
              ),
            ];
          },
        })),
      ),
    ),
  ),
};
