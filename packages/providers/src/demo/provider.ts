import { setTimeout as delay } from "node:timers/promises";
import {
  contractVersion,
  textOf,
  type ChatRequest,
  type ModelEvent,
  type Provider,
  type Usage,
} from "@massgen/core/model";
import { nextCallNumber } from "@massgen/provider-kit/parts";
import { type CallGuard, modelCall } from "@massgen/provider-kit/wire";
import { numberOption, refuseApi } from "../backend-options.ts";
import { replyTo, type DemoReply } from "./reply.ts";
import { voices, type Voice } from "./voice.ts";

interface Pace {
  readonly latencyMs: number;
  readonly tokensPerSecond?: number;
}

/**
 * Makes the offline provider: no key, no network, no model. Its answers say so. Models made one after the other speak
 * with different voices, so that a team of three has three drafts to vote on. Its tokens are words, and so it counts
 * them.
 *
 * Options of its backends: `latency_ms` before the first piece of an answer, `tokens_per_second` after it.
 */
export function createDemo(): Provider {
  let made = 0;
  return {
    contract: contractVersion,
    type: "demo",
    apiKey: { variables: [], required: false },
    baseUrl: { variables: [] },
    optionNames: ["latency_ms", "tokens_per_second"],
    createModel({ model, options }) {
      refuseApi("demo", options["api"]);
      const voice = voices[made % voices.length] as Voice;
      made += 1;
      const tokensPerSecond = numberOption("demo", "tokens_per_second", options["tokens_per_second"]);
      const pace: Pace = {
        latencyMs: numberOption("demo", "latency_ms", options["latency_ms"]) ?? 0,
        ...(tokensPerSecond !== undefined && tokensPerSecond > 0 && { tokensPerSecond }),
      };
      return {
        contract: contractVersion,
        model,
        stream: (request) => modelCall(`demo ${model}`, request, (guard) => play(request, voice, pace, guard)),
      };
    },
  };
}

async function* play(
  request: ChatRequest,
  voice: Voice,
  pace: Pace,
  guard: CallGuard,
): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  if (pace.latencyMs > 0) {
    await guard.wait(delay(pace.latencyMs, undefined, { signal: guard.signal }));
  }
  const events = eventsOf(replyTo(request, voice), request);
  for (const [position, event] of events.entries()) {
    if (position > 0 && pace.tokensPerSecond !== undefined) {
      await guard.wait(delay(1000 / pace.tokensPerSecond, undefined, { signal: guard.signal }));
    }
    yield [event];
  }
}

function eventsOf(reply: DemoReply, request: ChatRequest): ModelEvent[] {
  switch (reply.type) {
    case "text": {
      const words = wordsOf(reply.text);
      return [
        ...words.map((text): ModelEvent => ({ type: "text-delta", text })),
        { type: "finish", reason: "stop", usage: usageOf(request, words) },
      ];
    }
    case "call": {
      const { name } = reply;
      const sent = JSON.stringify(reply.arguments);
      return [
        { type: "tool-call", id: `call_${nextCallNumber(request)}`, name, arguments: sent },
        { type: "finish", reason: "tool-calls", usage: usageOf(request, wordsOf(sent)) },
      ];
    }
  }
}

function usageOf({ messages }: ChatRequest, written: readonly string[]): Usage {
  const inputTokens = messages.reduce((sum, message) => sum + wordsOf(textOf(message)).length, 0);
  return { inputTokens, outputTokens: written.length, totalTokens: inputTokens + written.length };
}

/** A text in pieces of a word each, with the blanks behind it. */
function wordsOf(text: string): readonly string[] {
  return text.split(/(?<=\s)(?=\S)/).filter((word) => word !== "");
}
