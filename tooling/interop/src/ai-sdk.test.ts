// The Vercel AI SDK 7, through its provider for OpenAI-compatible servers.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { cut, httpError, startTeam, teamScript, text } from "@massgen/upstream";
import { APICallError, generateObject, generateText, isStepCount, Output, streamText, tool } from "ai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aimedAt, clientBlocks } from "./document.ts";
import {
  double,
  doubleInput,
  doublingAnswer,
  doublingConfig,
  doublingQuestion,
  doublingScript,
} from "./doubling-team.ts";
import { runTypeScript } from "./run.ts";

// Processes are started here, on whatever machine this is.
const prompt = "What is 25 * 4?";
const single = "agent: { id: only, backend: { type: openai, model: gpt-4o } }\n";
const sum = z.object({ question: z.string(), result: z.number() });
const reply = { question: "25 * 4", result: 100 };

const modelOf = (url: string) => {
  const settings = { name: "massgen", baseURL: `${url}/v1`, includeUsage: true, supportsStructuredOutputs: true };
  return createOpenAICompatible(settings)("massgen");
};

/** The tool of the doubling team, and what it was given. */
function doublingTools() {
  const given: number[] = [];
  const execute = (input: z.infer<typeof doubleInput>): number => {
    given.push(input.value);
    return double(input);
  };
  return { given, tools: { double: tool({ description: "Doubles a number.", inputSchema: doubleInput, execute }) } };
}

describe.concurrent("text", () => {
  it("the documented lines print the answer", async () => {
    await using team = await startTeam(teamScript({}));
    expect(await runTypeScript(aimedAt(team.url, clientBlocks("Vercel AI SDK", "ts")[0] ?? ""))).toBe(
      "The final coordinated answer.",
    );
  });

  it("generateText: text, the traces as reasoning, usage", async () => {
    await using team = await startTeam(teamScript({}));
    const { text, reasoningText, finishReason, usage } = await generateText({ model: modelOf(team.url), prompt });
    expect({ text, finishReason }).toEqual({ text: "The final coordinated answer.", finishReason: "stop" });
    expect(reasoningText).toContain("[orchestrator] Selected research-agent (2 of 2 votes)");
    expect(usage).toMatchObject({ inputTokens: 50, outputTokens: 25, totalTokens: 75 });
  });

  it("streamText: reasoning parts, then text parts, nothing lost or doubled, usage", async () => {
    await using team = await startTeam(teamScript({}));
    const whole = await generateText({ model: modelOf(team.url), prompt, seed: 7 });
    const result = streamText({ model: modelOf(team.url), prompt, seed: 7 });
    let text = "";
    let reasoning = "";
    for await (const part of result.stream) {
      if (part.type === "error") throw part.error;
      if (part.type === "text-delta") text += part.text;
      if (part.type === "reasoning-delta") {
        expect(text).toBe("");
        reasoning += part.text;
      }
    }
    expect(text).toBe(whole.text);
    expect(reasoning).toContain("[orchestrator] Selected research-agent (2 of 2 votes)");
    expect(await result.finishReason).toBe("stop");
    expect(await result.usage).toMatchObject({ inputTokens: 50, outputTokens: 25, totalTokens: 75 });
  });
});

describe.concurrent("tools", () => {
  it("generateText: five steps of one tool, then text", async () => {
    await using team = await startTeam(doublingScript, { config: doublingConfig });
    const { given, tools } = doublingTools();
    const asked = { model: modelOf(team.url), prompt: doublingQuestion, tools, stopWhen: isStepCount(10) };
    const { text, steps } = await generateText(asked);
    expect(text).toBe(doublingAnswer);
    expect(given).toEqual([1, 2, 4, 8, 16]);
    expect(steps.map((step) => step.finishReason)).toEqual([...Array.from({ length: 5 }, () => "tool-calls"), "stop"]);
  });

  it("streamText: the same, streamed", async () => {
    await using team = await startTeam(doublingScript, { config: doublingConfig });
    const { given, tools } = doublingTools();
    const result = streamText({ model: modelOf(team.url), prompt: doublingQuestion, tools, stopWhen: isStepCount(10) });
    expect(await result.text).toBe(doublingAnswer);
    expect(given).toEqual([1, 2, 4, 8, 16]);
  });
});

describe.concurrent("structured output", () => {
  it("generateText with an output schema, and generateObject", async () => {
    await using team = await startTeam(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    const model = modelOf(team.url);
    expect((await generateText({ model, prompt, output: Output.object({ schema: sum }) })).output).toEqual(reply);
    expect((await generateObject({ model, prompt, schema: sum })).object).toEqual(reply);
    const draft = team.upstream.calls.find((call) => call.wire === "openai");
    expect(draft?.body["response_format"]).toMatchObject({ type: "json_schema" });
  });

  it("streamText with an output schema", async () => {
    await using team = await startTeam(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    const result = streamText({ model: modelOf(team.url), prompt, output: Output.object({ schema: sum }) });
    expect(await result.output).toEqual(reply);
  });
});

describe.concurrent("errors", () => {
  it("are APICallErrors with status and message", async () => {
    await using team = await startTeam(teamScript({ draft: () => httpError(401) }), { config: single });
    const failed = generateText({ model: modelOf(team.url), prompt, maxRetries: 0 });
    const error: unknown = await failed.catch((thrown: unknown) => thrown);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 502, message: expect.stringContaining("only") });
  });

  it("in mid-stream: an error part after the text that came", async () => {
    await using team = await startTeam(teamScript({ draft: () => cut("Half an ") }), { config: single });
    const result = streamText({ model: modelOf(team.url), prompt, onError: () => undefined });
    let text = "";
    const errors: unknown[] = [];
    for await (const part of result.stream) {
      if (part.type === "text-delta") text += part.text;
      if (part.type === "error") errors.push(part.error);
    }
    expect(text).toBe("Half an ");
    // One for each of the two frames by which the server tells a failure.
    expect(errors).toHaveLength(2);
    expect(await result.finishReason).toBe("error");
  });
});
