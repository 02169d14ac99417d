// LangChain JS: ChatOpenAI with another base URL.
import { cut, documentedConfig, httpError, startTeam, teamScript, text } from "@massgen/upstream";
import { type AIMessageChunk, type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aimedAt, clientBlock } from "./document.ts";
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

const modelOf = (url: string): ChatOpenAI =>
  new ChatOpenAI({ model: "massgen", apiKey: "not-needed", configuration: { baseURL: `${url}/v1` }, maxRetries: 0 });

/** All chunks of a stream as the one message they make. */
async function joined(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of stream) whole = whole === undefined ? chunk : whole.concat(chunk);
  if (whole === undefined) throw new RangeError("The stream had no chunk.");
  return whole;
}

describe.concurrent("text", () => {
  it("the documented lines print the answer", async () => {
    await using team = await startTeam(teamScript({}));
    expect(await runTypeScript(aimedAt(team.url, clientBlock("LangChain JS", "ts")))).toBe(
      "The final coordinated answer.",
    );
  });

  it("invoke: text, the traces as reasoning_content, usage_metadata", async () => {
    await using team = await startTeam(teamScript({}));
    const answer = await modelOf(team.url).invoke(prompt);
    expect(answer.text).toBe("The final coordinated answer.");
    expect(answer.additional_kwargs["reasoning_content"]).toContain(
      "[orchestrator] Selected research-agent (2 of 2 votes)",
    );
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 50, output_tokens: 25, total_tokens: 75 });
  });

  it("stream: the same, chunk by chunk", async () => {
    await using team = await startTeam(teamScript({}));
    const answer = await joined(await modelOf(team.url).stream(prompt));
    expect(answer.text).toBe("The final coordinated answer.");
    expect(answer.additional_kwargs["reasoning_content"]).toContain(
      "[orchestrator] Selected research-agent (2 of 2 votes)",
    );
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 50, output_tokens: 25, total_tokens: 75 });
    expect(answer.response_metadata["finish_reason"]).toBe("stop");
  });
});

describe.concurrent("tools", () => {
  it.each([false, true])("bindTools, streamed %s: five turns of one tool, then text", async (streamed) => {
    await using team = await startTeam(doublingScript, { config: doublingConfig });
    const given: number[] = [];
    const doubling = tool(
      (input) => {
        given.push(input.value);
        return String(double(input));
      },
      { name: "double", description: "Doubles a number.", schema: doubleInput },
    );
    const model = modelOf(team.url).bindTools([doubling]);
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
});

describe.concurrent("structured output", () => {
  it("withStructuredOutput by JSON schema", async () => {
    const reply = { question: "25 * 4", result: 100 };
    await using team = await startTeam(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    const sum = z.object({ question: z.string(), result: z.number() });
    const model = modelOf(team.url).withStructuredOutput(sum, { name: "sum", method: "jsonSchema" });
    expect(await model.invoke(prompt)).toEqual(reply);
    const draft = team.upstream.calls.find((call) => call.wire === "openai");
    expect(draft?.body["response_format"]).toMatchObject({ type: "json_schema", json_schema: { name: "sum" } });
  });
});

describe.concurrent("errors", () => {
  it("carry status, code and LangChain's own code for them", async () => {
    await using team = await startTeam(teamScript({}), { env: { MASSGEN_SERVER_API_KEY: "sk-server-1" } });
    await expect(modelOf(team.url).invoke(prompt)).rejects.toMatchObject({
      status: 401,
      code: "invalid_api_key",
      lc_error_code: "MODEL_AUTHENTICATION",
    });
  });

  it("every agent rate-limited is MODEL_RATE_LIMIT", async () => {
    // Waiting 350 s for a retry would outlast this deadline's share for drafting, so that nothing is retried.
    const config = `${documentedConfig}timeout_settings: { orchestrator_timeout_seconds: 400 }\n`;
    await using team = await startTeam(
      teamScript({ draft: () => httpError(429, undefined, { "retry-after": "350" }) }),
      {
        config,
      },
    );
    await expect(modelOf(team.url).invoke(prompt)).rejects.toMatchObject({
      status: 429,
      lc_error_code: "MODEL_RATE_LIMIT",
    });
  });

  it("in mid-stream: thrown after the text that came", async () => {
    await using team = await startTeam(teamScript({ draft: () => cut("Half an ") }), { config: single });
    let content = "";
    const read = async (): Promise<void> => {
      for await (const chunk of await modelOf(team.url).stream(prompt)) content += chunk.text;
    };
    await expect(read()).rejects.toMatchObject({ type: "upstream_error" });
    expect(content).toBe("Half an ");
  });
});
