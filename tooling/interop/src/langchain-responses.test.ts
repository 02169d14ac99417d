// LangChain JS with useResponsesApi.
import { type AIMessageChunk, type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { cut, httpError, teamScript, text } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aimedAt, clientBlock } from "./document.ts";
import { double, doubleInput, doublingAnswer, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { runTypeScript } from "./run.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

const prompt = "What is 25 * 4?";
const finalAnswer = "The final coordinated answer.";
const team = shareTeam();

const modelOf = (maxRetries = 0): ChatOpenAI =>
  new ChatOpenAI({
    model: "massgen",
    apiKey: "not-needed",
    configuration: { baseURL: `${team.url}/v1` },
    useResponsesApi: true,
    maxRetries,
  });

/** All chunks of a stream as the one message they make. */
async function joined(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of stream) whole = whole === undefined ? chunk : whole.concat(chunk);
  if (whole === undefined) throw new RangeError("The stream had no chunk.");
  return whole;
}

describe("ChatOpenAI on /v1/responses", () => {
  it("the documented lines, with the documented setting, print the answer", async () => {
    team.plays(usualScript);
    const lines = clientBlock("LangChain JS", "ts").replace("maxRetries: 0", "maxRetries: 0, useResponsesApi: true");
    expect(await runTypeScript(aimedAt(team.url, lines))).toBe(finalAnswer);
    expect(lines).toContain("useResponsesApi");
  });

  it("invoke and stream: text and usage", async () => {
    team.plays(usualScript);
    const whole = await modelOf().invoke(prompt);
    const streamed = await joined(await modelOf().stream(prompt));
    for (const answer of [whole, streamed]) {
      expect(answer.text).toBe(finalAnswer);
      expect(answer.usage_metadata?.total_tokens).toBeGreaterThan(0);
    }
  });

  it.each([false, true])("bindTools, streamed %s: five turns of one tool, then text", async (streamed) => {
    team.plays(doublingScript);
    const given: number[] = [];
    const doubling = tool(
      (input) => {
        given.push(input.value);
        return String(double(input));
      },
      { name: "double", description: "Doubles a number.", schema: doubleInput },
    );
    const model = modelOf().bindTools([doubling]);
    const conversation: BaseMessage[] = [new HumanMessage(doublingQuestion)];
    const next = async () => (streamed ? joined(await model.stream(conversation)) : model.invoke(conversation));
    let answer = await next();
    while (answer.tool_calls?.length) {
      conversation.push(answer);
      for (const call of answer.tool_calls) conversation.push(await doubling.invoke({ ...call, type: "tool_call" }));
      answer = await next();
    }
    expect(answer.text).toBe(doublingAnswer);
    expect(given).toEqual([1, 2, 4, 8, 16]);
  });

  it("withStructuredOutput", async () => {
    const reply = { question: "25 * 4", result: 100 };
    team.plays(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    const sum = z.object({ question: z.string(), result: z.number() });
    expect(await modelOf().withStructuredOutput(sum, { name: "sum" }).invoke(prompt)).toEqual(reply);
  });

  it("a failed run keeps its status, and runs once with maxRetries 0", async () => {
    team.plays(teamScript({ draft: () => httpError(401) }));
    const runs = await team.runsOf(async () => {
      await expect(modelOf().invoke(prompt)).rejects.toMatchObject({ status: 502, type: "upstream_error" });
    });
    expect(runs).toBe(1);
  });

  it("a stream that breaks is an error after the text that came, and runs once", async () => {
    team.plays(teamScript({ votesFor: "a-model", presentation: () => cut("Half an ") }));
    const runs = await team.runsOf(async () => {
      let said = "";
      const read = async (): Promise<void> => {
        for await (const chunk of await modelOf().stream(prompt)) said += chunk.text;
      };
      await expect(read()).rejects.toThrow(/a: /);
      expect(said).toBe("Half an ");
    });
    expect(runs).toBe(1);
  });
});
