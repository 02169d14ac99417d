import type { AgentModel, ChatRequest, Message } from "@massgen/core";

/** A model, and what its agent puts in front of every conversation. */
export interface TriedModel extends AgentModel {
  readonly systemMessage?: string;
}

/** As many tokens as a ballot may have in a run: models that think need them. */
const ballotTokens = 2048;

const labels = ["agent1", "agent2"] as const;

/**
 * A ballot as small as can be, asked for as in a run.
 * @param problem why the last reply was none
 */
export function ballotRequest(tried: TriedModel, problem?: string): ChatRequest {
  const lines = [
    "Question: How much is 2 + 2?",
    "agent1: 4",
    "agent2: 5",
    "Call the tool `vote` with the label of the right answer and a reason of three words.",
    ...(problem === undefined ? [] : [`Your last reply could not be counted: ${problem}.`]),
  ];
  const { maxOutputTokens = Infinity, stop: _, ...sampling } = tried.sampling ?? {};
  return {
    messages: conversation(tried, { role: "user", content: lines.join("\n") }),
    tools: [
      {
        name: "vote",
        description: "Vote for the best answer.",
        parameters: {
          type: "object",
          properties: {
            agent_id: { type: "string", enum: labels, description: "The label of the answer you vote for." },
            reason: { type: "string", description: "Why it is right.", ...(tried.local && { maxLength: 100 }) },
          },
          required: ["agent_id", "reason"],
          additionalProperties: false,
        },
      },
    ],
    toolChoice: "required",
    parallelToolCalls: false,
    sampling: { ...sampling, maxOutputTokens: Math.min(maxOutputTokens, ballotTokens) },
    ...(problem !== undefined && { retryOf: { problem } }),
  };
}

/** Whether the arguments of a call are a vote. */
export function isVote(written: string): boolean {
  const { agent_id: label } = objectIn(written) ?? {};
  return labels.some((one) => one === label);
}

/** A request for JSON by a schema, as clients send it with `response_format`. */
export function jsonRequest(tried: TriedModel): ChatRequest {
  const schema = {
    type: "object",
    properties: { sum: { type: "integer" } },
    required: ["sum"],
    additionalProperties: false,
  };
  const content = `How much is 2 + 2? Write JSON that fits this schema and nothing else: ${JSON.stringify(schema)}`;
  return {
    messages: conversation(tried, { role: "user", content }),
    responseFormat: { type: "json-schema", name: "sum", schema, strict: true },
    ...(tried.sampling && { sampling: tried.sampling }),
  };
}

/** Whether a text is, or at least holds, the object that was asked for. */
export function isSum(text: string): boolean {
  return Number.isInteger(objectIn(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1))?.["sum"]);
}

/** A red square of 32 by 32 pixels: some services refuse smaller images. */
const redSquare =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKklEQVR42mO4ICBAU8QwasGoBaMWjFowasGoBaMWjFowasGoBaMWDBULAGFgwC4HDqGmAAAAAElFTkSuQmCC";

export function imageRequest(tried: TriedModel): ChatRequest {
  const content = [
    { type: "text", text: "Which colour is this? Answer with one word." },
    { type: "image", url: redSquare },
  ] as const;
  return {
    messages: conversation(tried, { role: "user", content }),
    ...(tried.sampling && { sampling: tried.sampling }),
  };
}

function conversation({ systemMessage }: TriedModel, message: Message): readonly Message[] {
  return systemMessage === undefined ? [message] : [{ role: "system", content: systemMessage }, message];
}

/** The most characters of a reply that are parsed. */
const longestReply = 100_000;

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(0, longestReply));
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
