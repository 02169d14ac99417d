// The official client for Node, on /v1/responses.
import { cut, hang, httpError, teamScript, text } from "@massgen/upstream";
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aimedAt, clientBlocks } from "./document.ts";
import { double, doubleInput, doublingAnswer, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { runTypeScript } from "./run.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

const model = "massgen";
const input = "What is 25 * 4?";
const finalAnswer = "The final coordinated answer.";
const selected = "[orchestrator] Selected a (2 of ";

const team = shareTeam();

const responsesOf = (options: { readonly maxRetries?: number } = {}): OpenAI.Responses =>
  new OpenAI({ baseURL: `${team.url}/v1`, apiKey: "not-needed", maxRetries: 0, ...options }).responses;

const summaryOf = ({ output }: OpenAI.Responses.Response): string =>
  output.flatMap((item) => (item.type === "reasoning" ? item.summary.map((part) => part.text) : [])).join("");

const doubleTool: OpenAI.Responses.FunctionTool = {
  type: "function",
  name: "double",
  strict: true,
  parameters: {
    type: "object",
    properties: { value: { type: "number" } },
    required: ["value"],
    additionalProperties: false,
  },
};

describe("text", () => {
  it("the documented lines print the answer", async () => {
    team.plays(usualScript);
    const [, lines = ""] = clientBlocks("OpenAI SDK for Node", "ts");
    expect(await runTypeScript(aimedAt(team.url, lines))).toBe(finalAnswer);
  });

  it("create: output_text, the traces as summary, usage", async () => {
    team.plays(usualScript);
    const response = await responsesOf().create({ model, input });
    expect(response).toMatchObject({ status: "completed", output_text: finalAnswer, model, error: null });
    expect(summaryOf(response)).toContain(selected);
    expect(response.usage?.total_tokens).toBeGreaterThan(0);
  });

  it("stream(): deltas, and the response that they make", async () => {
    team.plays(usualScript);
    let said = "";
    let snapshot = "";
    let summary = "";
    const stream = responsesOf().stream({ model, input });
    stream.on("response.output_text.delta", (event) => {
      said += event.delta;
      snapshot = event.snapshot;
    });
    stream.on("response.reasoning_summary_text.delta", (event) => (summary += event.delta));
    const final = await stream.finalResponse();
    expect({ said, snapshot, status: final.status }).toEqual({
      said: finalAnswer,
      snapshot: finalAnswer,
      status: "completed",
    });
    expect(final.output_text).toBe(finalAnswer);
    expect(summary).toContain(selected);
    expect(summaryOf(final)).toBe(summary);
  });

  it("parse() and stream() with zod", async () => {
    const sum = z.object({ question: z.string(), result: z.number() });
    const reply = { question: "25 * 4", result: 100 };
    team.plays(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    const asked = { model, input, text: { format: zodTextFormat(sum, "sum") } };
    expect((await responsesOf().parse(asked)).output_parsed).toEqual(reply);
    expect((await responsesOf().stream(asked).finalResponse()).output_parsed).toEqual(reply);
  });
});

describe("tools", () => {
  /** Has the tool called until there is an answer. */
  async function converse(
    ask: (
      input: OpenAI.Responses.ResponseInput,
      last: OpenAI.Responses.Response | undefined,
    ) => Promise<OpenAI.Responses.Response>,
  ): Promise<{ given: number[]; answer: string }> {
    const given: number[] = [];
    let response = await ask([{ role: "user", content: doublingQuestion }], undefined);
    for (;;) {
      const calls = response.output.filter((item) => item.type === "function_call");
      if (calls.length === 0) return { given, answer: response.output_text };
      const outputs = calls.map((call): OpenAI.Responses.ResponseInputItem => {
        const { value } = doubleInput.parse(JSON.parse(call.arguments));
        given.push(value);
        return { type: "function_call_output", call_id: call.call_id, output: String(double({ value })) };
      });
      response = await ask(outputs, response);
    }
  }
  const expected = { given: [1, 2, 4, 8, 16], answer: doublingAnswer };

  it("five turns by previous_response_id, then text", async () => {
    team.plays(doublingScript);
    const said = await converse((input, last) =>
      responsesOf().create({ model, input, tools: [doubleTool], previous_response_id: last?.id ?? null }),
    );
    expect(said).toEqual(expected);
  });

  it("five turns streamed, the output sent back with each, nothing stored", async () => {
    team.plays(doublingScript);
    const conversation: OpenAI.Responses.ResponseInput = [];
    const said = await converse(async (input, last) => {
      conversation.push(...((last?.output ?? []) as OpenAI.Responses.ResponseInput), ...input);
      return responsesOf()
        .stream({ model, input: conversation, tools: [doubleTool], store: false })
        .finalResponse();
    });
    expect(said).toEqual(expected);
  });
});

describe("failures", () => {
  it("before an answer: InternalServerError with the agents' reasons, one run though the client retries twice", async () => {
    team.plays(teamScript({ draft: () => httpError(401) }));
    const runs = await team.runsOf(async () => {
      const failed: unknown = await responsesOf({ maxRetries: 2 })
        .create({ model, input })
        .catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(OpenAI.InternalServerError);
      expect(failed).toMatchObject({ status: 502, type: "upstream_error", message: expect.stringContaining("a: ") });
    });
    expect(runs).toBe(1);
  });

  it("in mid-stream: an APIError after the text that came, from the helper as well; one run each", async () => {
    team.plays(teamScript({ votesFor: "a-model", presentation: () => cut("Half an ") }));
    const responses = responsesOf({ maxRetries: 2 });
    let said = "";
    const read = async (): Promise<void> => {
      for await (const event of await responses.create({ model, input, stream: true })) {
        if (event.type === "response.output_text.delta") said += event.delta;
      }
    };
    const expected = { type: "upstream_error", message: expect.stringContaining("a: ") };
    expect(await team.runsOf(() => expect(read()).rejects.toMatchObject(expected))).toBe(1);
    expect(said).toBe("Half an ");
    const helped = () => responses.stream({ model, input }).finalResponse();
    expect(await team.runsOf(() => expect(helped()).rejects.toMatchObject(expected))).toBe(1);
  });

  it("of requests: the client's own classes", async () => {
    const responses = responsesOf();
    const previous = responses.create({ model, input, previous_response_id: "resp_unknown" });
    await expect(previous).rejects.toMatchObject({
      status: 400,
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
    await expect(previous).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(responses.create({ model: "massgen/other", input })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(responses.retrieve("resp_unknown")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it("leaving a stream, or aborting a call, ends every call upstream", async () => {
    team.plays(teamScript({ draft: () => hang() }));
    const responses = responsesOf();
    const before = team.upstream.calls.length;
    for await (const event of await responses.create({ model, input, stream: true })) {
      expect(event.type).toBe("response.created");
      await team.upstream.waitForCall((call) => call.n === before + 3);
      break;
    }
    await team.upstream.idle();
    const left = new AbortController();
    const asked = responses.create({ model, input }, { signal: left.signal });
    await team.upstream.waitForCall((call) => call.n === before + 6);
    left.abort();
    await expect(asked).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await team.upstream.idle();
  });
});
