import type { PiecedAnswer, PiecedCall, ReplyUsage } from "../answer.ts";
import { otherWords, parsedArguments, reporting, totalOf, type Source, type Wire, type WireEvent } from "./wire.ts";

/** A tool call ends with STOP here: what was called is told by the parts alone. */
const reasons = { stop: "STOP", length: "MAX_TOKENS", "tool-calls": "STOP", "content-filter": "SAFETY" };

const statusNames = new Map([
  [400, "INVALID_ARGUMENT"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [409, "ABORTED"],
  [429, "RESOURCE_EXHAUSTED"],
  [503, "UNAVAILABLE"],
  [504, "DEADLINE_EXCEEDED"],
]);

/** Thoughts count beside the visible tokens, not among them; cached tokens among those of the prompt. */
function usageOf(usage: ReplyUsage) {
  return {
    promptTokenCount: usage.inputTokens,
    candidatesTokenCount: usage.outputTokens - (usage.reasoningTokens ?? 0),
    totalTokenCount: totalOf(usage),
    cachedContentTokenCount: usage.cachedInputTokens,
    thoughtsTokenCount: usage.reasoningTokens,
  };
}

/** What is reported once so much of the answer is out: thoughts are over before the first visible word. */
function grown(usage: ReplyUsage | undefined, share: number): ReplyUsage | undefined {
  if (usage === undefined || share >= 1) return usage;
  const { reasoningTokens = 0, totalTokens } = usage;
  const outputTokens = reasoningTokens + Math.ceil((usage.outputTokens - reasoningTokens) * share);
  return { ...usage, outputTokens, ...(totalTokens != null && { totalTokens: usage.inputTokens + outputTokens }) };
}

function content(source: Source, parts: readonly object[], usage?: ReplyUsage, finishReason?: string, other = false) {
  const ends = finishReason === undefined ? {} : { finishReason };
  const candidate = (own: readonly object[], index: number) => ({
    content: { parts: own, role: "model" },
    ...ends,
    index,
  });
  return {
    candidates: [candidate(parts, 0), ...(other ? [candidate([{ text: otherWords }], 1)] : [])],
    ...(usage !== undefined && { usageMetadata: usageOf(usage) }),
    modelVersion: source.model,
    responseId: source.responseId ?? `upstream-${source.n}`,
  };
}

/** Calls come whole: one that was cut off is not there. Of parallel calls only the first one is signed. */
function callParts({ toolCalls, finish, signature }: PiecedAnswer): readonly object[] {
  const isThere = (call: PiecedCall) => finish !== "length" || typeof parsedArguments(call) !== "string";
  return toolCalls.filter(isThere).map((call, position) => ({
    functionCall: { id: call.id, name: call.name, args: parsedArguments(call) },
    ...(position === 0 && signature !== undefined && { thoughtSignature: signature }),
  }));
}

function reasonOf({ finish, finishWord }: PiecedAnswer): string | undefined {
  return finish === undefined ? undefined : (finishWord ?? reasons[finish]);
}

function* eventsOf(answer: PiecedAnswer, source: Source): Generator<WireEvent> {
  const { reasoning, text, usage, usageSoFar, second } = answer;
  const calls = callParts(answer);
  const total = reasoning.length + text.length + calls.length;
  const always = answer.reasonStands === "everywhere" ? reasonOf(answer) : undefined;
  let sent = 0;
  const event = (stage: WireEvent["stage"], part: object, other = false): WireEvent => {
    sent += 1;
    const reported = usageSoFar ?? grown(usage, sent / total);
    return { stage, data: JSON.stringify(content(source, [part], reported, always, other)), ...reporting(reported) };
  };
  for (const thought of reasoning) yield event("part", { text: thought, thought: true });
  for (const piece of text) {
    const said = piece !== "";
    yield event(said ? "part" : "opening", { text: piece }, said && second === "words");
  }
  for (const part of calls) yield event("whole", part);
  const reason = reasonOf(answer);
  if (reason === undefined) return;
  const last = JSON.stringify(content(source, [{ text: "" }], usage, reason));
  yield { stage: "terminal", data: last, ...reporting(usage) };
}

function refusal(status: number, message: string, word?: string, details: readonly object[] = []) {
  const name = statusNames.get(status) ?? (status < 500 ? "INVALID_ARGUMENT" : "INTERNAL");
  return { error: { code: status, message, status: word ?? name, ...(details.length > 0 && { details }) } };
}

/**
 * `generateContent` and `streamGenerateContent?alt=sse`: CRLF, usage on every event, no terminal event but a finish
 * reason on the last one.
 */
export const geminiWire: Wire = {
  lineEnd: "\r\n",
  events: eventsOf,
  document: (answer, source) => {
    const thoughts = answer.reasoning.map((thought) => ({ text: thought, thought: true }));
    const said = answer.text.length === 0 ? [] : [{ text: answer.text.join("") }];
    return content(source, [...thoughts, ...said, ...callParts(answer)], answer.usage, reasonOf(answer));
  },
  failure: (error) => [{ stage: "terminal", data: JSON.stringify({ error }) }],
  overload: (message) => refusal(503, message).error,
  refusal,
  tooLong: (prompt, most) =>
    refusal(400, `The input token count (${prompt}) exceeds the maximum number of tokens allowed (${most}).`),
  retryInBody: (status, message, seconds) =>
    refusal(status, message, undefined, [
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${seconds}s` },
    ]),
  brokenEvent: { stage: "part", data: '{"candidates": [{"content": {"par' },
};
