/** How one demo agent drafts. */
export interface Voice {
  readonly name: string;
  readonly draft: (question: string) => string;
}

/** Stands in every draft and every final answer, so that it is not mistaken for a model's. */
export const notice = "This is MassGen's offline demo: no model was called.";

/** The voices, assigned in turn. Their drafts differ in length, by which demo voters decide. */
export const voices: readonly Voice[] = [
  {
    name: "planner",
    draft: (question) =>
      `${about(question)} the planner would begin with the goal, list what is known and what is missing, and order the steps.`,
  },
  {
    name: "builder",
    draft: (question) =>
      `${about(question)} the builder would work one small example through from start to end, write down every assumption on the way, and only then generalise to the answer.`,
  },
  {
    name: "reviewer",
    draft: (question) => `${about(question)} the reviewer would look for the weakest claim first and check it twice.`,
  },
];

function about(question: string): string {
  return question === "" ? "Without a question," : `Asked "${question}",`;
}
