import {
  body,
  chatWire,
  httpError,
  inManner,
  labelOf,
  startUpstream,
  text,
  vote,
  type Reply,
  type ReplyUsage,
  type Upstream,
  type UpstreamCall,
} from "@massgen/upstream";

/** The services of the mixed team, by the first part of the path under which each is reached. */
export type ServiceName = "openai" | "gemini" | "claude" | "grok" | "groq" | "ollama" | "acme";

const winningDraft = "Draft by claude.";
export const finalAnswer = "The final coordinated answer.";

/** Every service counts in its own way, so that none of them can be left out of a sum. */
const usages: Readonly<Record<ServiceName, ReplyUsage>> = {
  openai: { inputTokens: 10, outputTokens: 1 },
  gemini: { inputTokens: 20, outputTokens: 2 },
  claude: { inputTokens: 30, outputTokens: 3 },
  groq: { inputTokens: 40, outputTokens: 4 },
  ollama: { inputTokens: 50, outputTokens: 5 },
  acme: { inputTokens: 60, outputTokens: 6 },
  grok: { inputTokens: 70, outputTokens: 7 },
};

/** Reasoning in a field of its own, usage in `x_groq`. */
const groqWire = chatWire({ reasoning: "reasoning", usage: "x_groq", calls: "whole" });

function speak(call: UpstreamCall): Reply {
  const service = call.place as ServiceName;
  const usage = usages[service];
  const words = call.phase === "draft" ? `Draft by ${service}.` : finalAnswer;
  const ballot = { agent_id: labelOf(call, winningDraft), reason: "it is complete" };
  const votes = call.phase === "ballot";
  switch (service) {
    case "groq": {
      if (!votes) return inManner(groqWire, text(words, { reasoning: "Let me think.", usage }), call);
      // A model that talks on its ballot is refused with what it said.
      const failed_generation = JSON.stringify({ name: "vote", arguments: ballot });
      const message = "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.";
      const error = { message, type: "invalid_request_error", code: "tool_use_failed", failed_generation };
      return httpError(400, { error });
    }
    case "ollama": {
      // No notice of `tool_choice`, but a schema is kept.
      const hasSchema = (call.body["response_format"] as { type?: unknown } | undefined)?.type === "json_schema";
      const told = hasSchema ? JSON.stringify({ tool: "vote", arguments: ballot }) : "I would rather talk about it.";
      return text(votes ? told : words, { usage });
    }
    case "acme": {
      // A line of JSON per event, which nobody's parser here knows: the provider package brings its own.
      const said = votes ? { call: "vote", with: ballot } : { say: words };
      const end = { end: true, spent: [usage.inputTokens, usage.outputTokens] };
      return body(200, "application/x-ndjson", `${JSON.stringify(said)}\n${JSON.stringify(end)}\n`, { usage });
    }
    default:
      return votes ? vote(ballot.agent_id, ballot.reason, { usage }) : text(words, { usage });
  }
}

/** Starts one upstream that plays every service, each with its own oddities. All vote for Claude's draft. */
export function startMixedUpstream(): Promise<Upstream> {
  return startUpstream(speak);
}
