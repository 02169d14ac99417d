import { type ChatRequest, type Clock, MassgenError } from "@massgen/core";
import { ballotRequest, imageRequest, isSum, isVote, jsonRequest, type TriedModel } from "./trial-requests.ts";

/** `late`: only after it was asked again; `?`: not found out. */
export type Mark = "ok" | "late" | "no" | "?";

/** What a model did when it was tried. */
export interface Trial {
  readonly key: Mark;
  readonly model: Mark;
  /** Whether it calls a tool where it has to, as voters do. */
  readonly tools: Mark;
  readonly json: Mark;
  readonly images: Mark;
  /** How long it took to vote, in milliseconds; absent where it did not. */
  readonly ms?: number;
  /** Whether an agent with this model can take part in a run. */
  readonly takesPart: boolean;
  /** What a run would stumble over, each in a sentence. */
  readonly problems: readonly string[];
}

/** What a trial needs besides a model. */
export interface TrialOptions {
  /** The most milliseconds of a call. */
  readonly limitMs: number;
  readonly clock: Pick<Clock, "now">;
  /** Whether JSON and images are tried as well, with a call each. */
  readonly whole: boolean;
}

/** How often a vote is asked for: as often as in a run. */
const mostBallots = 3;

/**
 * Asks a model for a vote; if it gives one, and `whole` is set, for JSON and for the colour of an image. Never rejects
 * for what the model's service does.
 */
export async function tryModel(tried: TriedModel, { limitMs, clock, whole }: TrialOptions): Promise<Trial> {
  const limits = { totalMs: limitMs };
  const began = clock.now();
  const nothing = { tools: "?", json: "?", images: "?", takesPart: false } as const;
  let problem: string | undefined;
  for (let asked = 1; asked <= mostBallots; asked += 1) {
    const reply = await replyOf(tried, { ...ballotRequest(tried, problem), limits });
    if ("error" in reply) {
      const reached = problem === undefined ? reachedBefore(reply.error) : ({ key: "ok", model: "ok" } as const);
      return { ...nothing, ...reached, problems: [reply.error.message] };
    }
    if (reply.calls.some(isVote)) {
      const found = { key: "ok", model: "ok", tools: asked === 1 ? "ok" : "late", ms: clock.now() - began } as const;
      const rest = whole ? await tryAnswers(tried, limits) : ({ json: "?", images: "?", problems: [] } as const);
      return { ...found, ...rest, takesPart: true };
    }
    problem = reply.calls.length === 0 ? "there was no call" : "the call was no vote";
  }
  const said = `it drafts, but cannot vote: asked ${mostBallots} times for a call of a tool, it made none that counts`;
  return { ...nothing, key: "ok", model: "ok", tools: "no", problems: [`${tried.model.model}: ${said}`] };
}

async function tryAnswers(
  tried: TriedModel,
  limits: { readonly totalMs: number },
): Promise<Pick<Trial, "json" | "images" | "problems">> {
  const { model } = tried;
  const json = await replyOf(tried, { ...jsonRequest(tried), limits });
  const image =
    model.capabilities?.images === false ? undefined : await replyOf(tried, { ...imageRequest(tried), limits });
  const problems = [
    ...("error" in json
      ? [`JSON: ${json.error.message}`]
      : isSum(json.text)
        ? []
        : [`${model.model}: asked for JSON by a schema, it wrote something else`]),
    ...(image !== undefined && "error" in image ? [`Images: ${image.error.message}`] : []),
  ];
  return {
    json: !("error" in json) && isSum(json.text) ? "ok" : "no",
    images: image === undefined || "error" in image ? "no" : "ok",
    problems,
  };
}

/** What a failed call says about the key and the model. */
function reachedBefore({ code }: MassgenError): Pick<Trial, "key" | "model"> {
  switch (code) {
    case "authentication":
    case "permission":
      return { key: "no", model: "?" };
    case "not-found":
      return { key: "ok", model: "no" };
    case "connection":
    case "configuration":
    case "timeout":
      return { key: "?", model: "?" };
    default:
      return { key: "ok", model: "?" };
  }
}

interface Reply {
  readonly text: string;
  /** The arguments of its tool calls. */
  readonly calls: readonly string[];
}

/** The most characters of a reply: a model that writes more does not stop. */
const longestReply = 200_000;

async function replyOf({ model }: TriedModel, request: ChatRequest): Promise<Reply | { readonly error: MassgenError }> {
  let text = "";
  const calls: string[] = [];
  try {
    for await (const event of model.stream(request)) {
      if (event.type === "text-delta") text += event.text;
      if (event.type === "tool-call") calls.push(event.arguments);
      if (text.length > longestReply) break;
    }
    return { text, calls };
  } catch (error) {
    if (MassgenError.isInstance(error)) return { error };
    throw error;
  }
}
