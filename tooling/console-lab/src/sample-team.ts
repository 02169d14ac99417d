import { labelOf, paced, type Script, text, vote } from "@massgen/upstream";

export const question = "Should a shop with 200 orders a day keep them in PostgreSQL or in MongoDB?";

interface Member {
  readonly id: string;
  readonly model: string;
  readonly draft: string;
  readonly votesFor: string;
  readonly reason: string;
  /** Milliseconds until it begins to write. */
  readonly firstMs: number;
}

/** Three who draft and vote, as people see it in the pictures. */
const members: readonly Member[] = [
  {
    id: "planner",
    model: "gpt-4.1",
    draft:
      "PostgreSQL. Orders, payments and stock change together, so you want transactions and foreign keys. At 200 orders a day a small instance is idle most of the time; put what varies by product into a `jsonb` column.",
    votesFor: "reviewer",
    reason: "It names the backup, which the others leave out, and reaches the same choice.",
    firstMs: 700,
  },
  {
    id: "builder",
    model: "gpt-4o",
    draft:
      "Either works at this size. MongoDB lets each order be one document, which is quick to build. You will miss joins as soon as somebody asks for revenue by product, so I lean to PostgreSQL.",
    votesFor: "planner",
    reason: "Clear about why: payment and stock have to change together.",
    firstMs: 1300,
  },
  {
    id: "reviewer",
    model: "o4-mini",
    draft:
      "PostgreSQL, for three reasons: an order touches several tables at once and must not be half written; reports are plain SQL; and restoring yesterday's state is one documented command. Revisit it above a million orders a day, not before.",
    votesFor: "planner",
    reason: "It says where varying fields go, which decides whether the schema lasts.",
    firstMs: 1900,
  },
];

const answer =
  "Keep them in PostgreSQL. An order, its payment and the stock it takes change together, and transactions make sure that none of them is half done. Put fields that vary by product into a `jsonb` column, write reports in SQL, and rehearse restoring a backup once. At 200 orders a day the smallest instance will do for years.";

/** The configuration of the team. */
export const sampleConfig = `agents:\n${members
  .map(
    ({ id, model }) =>
      `  - id: ${id}\n    backend: { type: openai, model: ${model}, price: { input: 2, output: 8 } }\n`,
  )
  .join("")}history: all\norchestrator: { self_votes: exclude, early_stop: false }\n`;

/** Plays its models, at a speed at which people can follow. */
export const sampleScript: Script = (call) => {
  const member = members.find(({ model }) => model === call.model);
  const favourite = members.find(({ id }) => id === member?.votesFor);
  if (member === undefined || favourite === undefined) throw new RangeError(`There is no model ${call.model} here.`);
  const usage = { inputTokens: call.phase === "draft" ? 180 : 640, outputTokens: 120 };
  switch (call.phase) {
    case "draft":
      return paced(text(member.draft, { usage, chunks: 40 }), { firstMs: member.firstMs, everyMs: 60 });
    case "ballot":
      return paced(vote(labelOf(call, favourite.draft), member.reason, { usage }), {
        firstMs: member.firstMs,
        everyMs: 1,
      });
    case "presentation":
      return paced(text(answer, { usage, chunks: 50 }), { firstMs: 900, everyMs: 60 });
  }
};
