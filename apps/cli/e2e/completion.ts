import type OpenAI from "openai";

/** What the server adds to OpenAI's message. */
export interface Traced {
  readonly reasoning_content?: string;
}

export function messageOf(completion: OpenAI.ChatCompletion): OpenAI.ChatCompletionMessage & Traced {
  const [choice] = completion.choices;
  if (!choice) throw new RangeError("the completion has no choice");
  return choice.message;
}

/** Figures of the run that ride along with an answer. */
export function metadataOf(answer: object): Readonly<Record<string, unknown>> {
  const { massgen_metadata: metadata } = answer as { massgen_metadata?: Record<string, unknown> };
  if (!metadata) throw new RangeError("there is no massgen_metadata");
  return metadata;
}

/** What the metadata say about an agent's failure. */
export function errorOf(answer: object, agent: string): string | undefined {
  const agents = metadataOf(answer)["agents"] as readonly { id: string; error?: { message: string } }[];
  return agents.find(({ id }) => id === agent)?.error?.message;
}

export const question = [{ role: "user" as const, content: "Analyze renewable energy trends" }];
