// The Vercel AI SDK 7 with its providers for OpenAI (whose default model is on /v1/responses) and for Anthropic.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { cut, hang, httpError, teamScript, text } from "@massgen/upstream";
import {
  APICallError,
  generateText,
  isStepCount,
  type LanguageModel,
  type ModelMessage,
  Output,
  streamText,
  tool,
} from "ai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aimedAt, clientBlocks } from "./document.ts";
import { double, doubleInput, doublingAnswer, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { runTypeScript } from "./run.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

const prompt = "What is 25 * 4?";
const finalAnswer = "The final coordinated answer.";
const selected = "[orchestrator] Selected a (2 of ";

// It warns of every model that it does not know.
globalThis.AI_SDK_LOG_WARNINGS = false;

const team = shareTeam();

const providers = [
  {
    name: "@ai-sdk/openai",
    page: 1,
    modelOf: (watched?: typeof fetch): LanguageModel =>
      createOpenAI({ baseURL: `${team.url}/v1`, apiKey: "not-needed", ...(watched && { fetch: watched }) })("massgen"),
    // It does not ask for a summary from models that it does not know. The traces come anyway.
    options: {},
  },
  {
    name: "@ai-sdk/anthropic",
    page: 2,
    modelOf: (watched?: typeof fetch): LanguageModel =>
      createAnthropic({ baseURL: `${team.url}/v1`, apiKey: "not-needed", ...(watched && { fetch: watched }) })(
        "massgen",
      ),
    options: { providerOptions: { anthropic: { thinking: { type: "enabled" as const, budgetTokens: 1024 } } } },
  },
];

/** The types of all items and blocks that a client has sent. */
function watching(): { readonly types: Set<string>; readonly fetch: typeof fetch } {
  const types = new Set<string>();
  return {
    types,
    fetch: (url, init) => {
      for (const [, type = ""] of (typeof init?.body === "string" ? init.body : "").matchAll(/"type":"(\w+)"/g))
        types.add(type);
      return fetch(url, init);
    },
  };
}

describe.each(providers)("$name", ({ name, page, modelOf, options }) => {
  it("the documented lines print the answer", async () => {
    team.plays(usualScript);
    expect(await runTypeScript(aimedAt(team.url, clientBlocks("Vercel AI SDK", "ts")[page] ?? ""))).toBe(finalAnswer);
  });

  it("generateText and streamText: text, the traces as reasoning, usage", async () => {
    team.plays(usualScript);
    const whole = await generateText({ model: modelOf(), prompt, ...options });
    expect({ text: whole.text, finish: whole.finishReason }).toEqual({ text: finalAnswer, finish: "stop" });
    expect(whole.reasoningText).toContain(selected);
    expect(whole.usage.totalTokens).toBeGreaterThan(0);
    const streamed = streamText({ model: modelOf(), prompt, ...options });
    expect(await streamed.text).toBe(finalAnswer);
    expect(await streamed.reasoningText).toContain(selected);
    expect((await streamed.usage).totalTokens).toBeGreaterThan(0);
  });

  it.each([false, true])("streamed %s: five turns of one tool, then text", async (stream) => {
    team.plays(doublingScript);
    const given: number[] = [];
    const execute = (input: z.infer<typeof doubleInput>): number => {
      given.push(input.value);
      return double(input);
    };
    const tools = { double: tool({ description: "Doubles a number.", inputSchema: doubleInput, execute }) };
    const watched = watching();
    const asked = { model: modelOf(watched.fetch), prompt: doublingQuestion, tools, stopWhen: isStepCount(10) };
    const said = stream ? await streamText(asked).text : (await generateText(asked)).text;
    expect({ said, given }).toEqual({ said: doublingAnswer, given: [1, 2, 4, 8, 16] });
    // From the second turn on the client names items that the server keeps.
    expect(watched.types.has("item_reference")).toBe(name === "@ai-sdk/openai");
  });

  it.runIf(name === "@ai-sdk/openai")("with `store: false` it sends every item again, and names none", async () => {
    team.plays(doublingScript);
    const tools = { double: tool({ description: "Doubles.", inputSchema: doubleInput, execute: double }) };
    const watched = watching();
    const asked = { model: modelOf(watched.fetch), prompt: doublingQuestion, tools, stopWhen: isStepCount(10) };
    const { text } = await generateText({ ...asked, providerOptions: { openai: { store: false } } });
    expect(text).toBe(doublingAnswer);
    expect(watched.types.has("item_reference")).toBe(false);
  });

  it("three turns of a conversation, each with all messages so far", async () => {
    const messages: ModelMessage[] = [];
    const watched = watching();
    const model = modelOf(watched.fetch);
    for (const turn of [1, 2, 3]) {
      team.plays(teamScript({ draft: () => text(`Answer ${turn}.`) }));
      messages.push({ role: "user", content: `Question ${turn}?` });
      const answer = await generateText({ model, messages });
      expect(answer.text).toBe(`Answer ${turn}.`);
      messages.push(...answer.response.messages);
    }
    const last = team.upstream.calls.at(-1)?.messages.filter(({ role }) => role !== "system") ?? [];
    expect(last.map(({ text }) => text)).toEqual([
      "Question 1?",
      "Answer 1.",
      "Question 2?",
      "Answer 2.",
      "Question 3?",
    ]);
  });

  it("an output schema, whole and streamed", async () => {
    const reply = { question: "25 * 4", result: 100 };
    team.plays(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    const output = Output.object({ schema: z.object({ question: z.string(), result: z.number() }) });
    expect((await generateText({ model: modelOf(), prompt, output })).output).toEqual(reply);
    expect(await streamText({ model: modelOf(), prompt, output }).output).toEqual(reply);
  });

  it("a failed run: APICallError, one run with maxRetries 0", async () => {
    team.plays(teamScript({ draft: () => httpError(401) }));
    const runs = await team.runsOf(async () => {
      const failed: unknown = await generateText({ model: modelOf(), prompt, maxRetries: 0 }).catch(
        (error: unknown) => error,
      );
      expect(APICallError.isInstance(failed)).toBe(true);
      expect(failed).toMatchObject({ statusCode: 502, message: expect.stringContaining("a: ") });
    });
    expect(runs).toBe(1);
  });

  it("in mid-stream: one error part after the text that came, one run", async () => {
    team.plays(teamScript({ votesFor: "a-model", presentation: () => cut("Half an ") }));
    const runs = await team.runsOf(async () => {
      const result = streamText({ model: modelOf(), prompt, onError: () => undefined });
      let said = "";
      let errors = 0;
      for await (const part of result.stream) {
        if (part.type === "text-delta") said += part.text;
        if (part.type === "error") errors += 1;
      }
      expect({ said, errors, finish: await result.finishReason }).toEqual({
        said: "Half an ",
        errors: 1,
        finish: "error",
      });
    });
    expect(runs).toBe(1);
  });

  it("aborting ends every call upstream", async () => {
    team.plays(teamScript({ draft: () => hang() }));
    const before = team.upstream.calls.length;
    const left = new AbortController();
    const result = generateText({ model: modelOf(), prompt, abortSignal: left.signal });
    await team.upstream.waitForCall((call) => call.n === before + 3);
    left.abort();
    await expect(result).rejects.toMatchObject({ name: "AbortError" });
    await team.upstream.idle();
  });
});
