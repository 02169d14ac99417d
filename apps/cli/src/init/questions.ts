import type { CliContext } from "../context.ts";
import type { Choice, Proposal, TeamKind } from "./propose-team.ts";

/** The questions of `massgen init`. Undefined: the user called it off. */
export interface Questions {
  readonly kind: (found: readonly Proposal[]) => Promise<TeamKind | undefined>;
  readonly models: (proposal: Proposal) => Promise<readonly Choice[] | undefined>;
  /** Whether the file is written although not everybody answered. */
  readonly write: (answered: number, asked: number) => Promise<boolean | undefined>;
}

const words: ReadonlyMap<TeamKind, string> = new Map([
  ["cheap", "Fast and cheap"],
  ["strong", "Strong"],
  ["local", "Local, without a key"],
]);

/** Questions on a terminal. Loads what draws them. */
export async function terminalQuestions({
  canvas: output,
  stdin,
}: Pick<CliContext, "canvas" | "stdin">): Promise<Questions> {
  const { confirm, isCancel, multiselect, select } = await import("@clack/prompts");
  const streams = { ...(output && { output }), ...(stdin && { input: stdin() }) };
  const answered = <Answer>(answer: Answer): Exclude<Answer, symbol> | undefined =>
    isCancel(answer) ? undefined : (answer as Exclude<Answer, symbol>);
  return {
    kind: async (found) =>
      answered(
        await select<TeamKind>({
          ...streams,
          message: "Which team?",
          options: found.map(({ kind, agents }) => ({
            value: kind,
            label: words.get(kind) ?? kind,
            hint: agents.map(({ model }) => model).join(", "),
          })),
        }),
      ),
    async models({ choices, agents }) {
      const nameOf = ({ type, model }: Choice): string => `${type} ${model}`;
      const chosen = answered(
        await multiselect<string>({
          ...streams,
          message: "Which models? (space changes, enter accepts)",
          options: choices.map((choice) => ({ value: nameOf(choice), label: nameOf(choice) })),
          initialValues: [...new Set(agents.map(nameOf))],
          required: true,
        }),
      );
      return chosen && choices.filter((choice) => chosen.includes(nameOf(choice)));
    },
    write: async (took, asked) =>
      answered(
        await confirm({
          ...streams,
          message: `${took} of ${asked} can take part. Write massgen.yaml with ${took === 1 ? "it" : "them"}?`,
        }),
      ),
  };
}
