// Eight questions on which three agents are right and wrong as planned, so that every figure is known by hand.
import { httpError, type Script, text, type UpstreamCall, vote } from "@massgen/upstream";

interface Planned {
  /** What each agent answers; 1 is right. Undefined: its service says no. */
  readonly drafts: Readonly<Record<string, number | undefined>>;
  /** Whom each votes for. */
  readonly votes: Readonly<Record<string, string>>;
  /** What the new final answer says. */
  readonly final: number;
  /** All write the very same text, so that no vote is needed. */
  readonly same?: true;
}

const plan: readonly Planned[] = [
  { drafts: { ada: 1, ben: 1, cyd: 2 }, votes: { ada: "ben", ben: "ada", cyd: "ada" }, final: 1 },
  // The winner is wrong, and the new final answer right.
  { drafts: { ada: 2, ben: 2, cyd: 1 }, votes: { ada: "ben", ben: "ada", cyd: "ada" }, final: 1 },
  // Each votes for the next one, so a lot decides, and every answer it can choose is wrong.
  { drafts: { ada: 2, ben: 3, cyd: 4 }, votes: { ada: "ben", ben: "cyd", cyd: "ada" }, final: 2 },
  { drafts: { ada: 1, ben: 1, cyd: 1 }, votes: { ada: "ben", ben: "ada", cyd: "ada" }, final: 1, same: true },
  // Ada is right and outvoted.
  { drafts: { ada: 1, ben: 2, cyd: 3 }, votes: { ada: "ben", ben: "cyd", cyd: "ben" }, final: 2 },
  // The winner is right, and the new final answer wrong.
  { drafts: { ada: 1, ben: 2, cyd: 3 }, votes: { ada: "ben", ben: "ada", cyd: "ada" }, final: 9 },
  { drafts: { ada: 1, ben: 1, cyd: undefined }, votes: { ada: "ada", ben: "ada" }, final: 1 },
  { drafts: { ada: 1, ben: 2, cyd: 1 }, votes: { ada: "cyd", ben: "cyd", cyd: "ada" }, final: 1 },
];

export const questions = plan
  .map((_, at) => JSON.stringify({ id: `item ${at + 1}`, input: `Question number ${at + 1}?`, expect: { number: 1 } }))
  .join("\n");

/** A call's question, by its place in the plan. */
export function placeOf(call: UpstreamCall): number {
  const said = call.messages.map(({ text: one }) => one).join("\n");
  return Number(/Question number (\d+)\?/.exec(said)?.[1] ?? NaN) - 1;
}

const agentOf = ({ model }: UpstreamCall): string => model.replace("-model", "");

function draftOf({ drafts, same }: Planned, agent: string): string {
  return same ? `Answer: ${drafts[agent]}` : `By ${agent}.\nAnswer: ${drafts[agent]}`;
}

/** Agents that follow the plan. */
export const planned: Script = (call) => {
  const item = plan[placeOf(call)];
  const agent = agentOf(call);
  if (item === undefined) throw new RangeError("no such question");
  switch (call.phase) {
    case "draft":
      if (item.drafts[agent] === undefined) return httpError(404, { error: { message: "no such model" } });
      return text(draftOf(item, agent));
    case "ballot": {
      const wanted = draftOf(item, item.votes[agent] ?? "");
      const label = call.answers.find((shown) => shown.text === wanted)?.label;
      if (label === undefined) throw new RangeError(`${agent} cannot vote like that`);
      return vote(label, "as planned");
    }
    case "presentation":
      return text(`All in all.\nAnswer: ${item.final}`);
  }
};

/** Two cents a call, by what the upstream reports. */
const price = "price: { input: 1000, output: 2000 }";

export const teamOfThree = `agents:
${["ada", "ben", "cyd", "judy"].map((id) => `  - { id: ${id}, backend: { type: openai, model: ${id}-model, ${price} } }`).join("\n")}
teams:
  three: { agents: [ada, ben, cyd] }
`;
