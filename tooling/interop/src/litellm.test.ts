// LiteLLM Proxy in front of the server, with a configuration file as its documentation has it.
import { randomUUID } from "node:crypto";
import {
  cut,
  httpError,
  type RunningProcess,
  type Script,
  type ServedTeam,
  startProcess,
  startTeam,
  teamScript,
} from "@massgen/upstream";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { zodFunction, zodResponsesFunction } from "openai/helpers/zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aimedAt, clientBlock } from "./document.ts";
import {
  double,
  doubleInput,
  doublingAnswer,
  doublingConfig,
  doublingQuestion,
  doublingScript,
} from "./doubling-team.ts";
import { findTool } from "./optional-tools.ts";

// Processes are started here, on whatever machine this is.
const messages = [{ role: "user" as const, content: "What is 25 * 4?" }];
const tracesOf = (part: object | undefined): string =>
  (part as { reasoning_content?: string })?.reasoning_content ?? "";

const litellm = findTool("litellm");

describe.skipIf(litellm.skipped)("LiteLLM Proxy", () => {
  // It takes seconds to start: one for all tests, before a team whose script is each test's own.
  let script: Script;
  let team: ServedTeam;
  let proxy: RunningProcess;
  let completions: OpenAI.Chat.Completions;
  let responses: OpenAI.Responses;
  let anthropic: Anthropic;

  beforeAll(async () => {
    team = await startTeam((call) => script(call), { config: doublingConfig });
    const masterKey = `sk-${randomUUID()}`;
    proxy = await startProcess({
      command: litellm.path(),
      args: ["--config", "litellm.yaml", "--host", "127.0.0.1", "--port", "0"],
      // The map of prices comes with the package; without the first variable it is fetched.
      env: { LITELLM_LOCAL_MODEL_COST_MAP: "True", LITELLM_MASTER_KEY: masterKey, PYTHONUNBUFFERED: "1" },
      files: { "litellm.yaml": aimedAt(team.url, clientBlock("LiteLLM Proxy", "yaml")) },
    });
    const [, url = ""] = await proxy.matches(/Uvicorn running on (http:\/\/127\.0\.0\.1:\d+)/);
    const openai = new OpenAI({ baseURL: url, apiKey: masterKey, maxRetries: 0 });
    ({ responses } = openai);
    ({ completions } = openai.chat);
    anthropic = new Anthropic({ baseURL: url, apiKey: masterKey, maxRetries: 0 });
  });

  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await team?.[Symbol.asyncDispose]();
  });

  /** How many runs of the team some work caused: each begins with one draft of `a`. */
  async function runsOf(work: () => Promise<unknown>): Promise<number> {
    const drafts = (): number => team.upstream.callsOf("a-model").filter(({ phase }) => phase === "draft").length;
    const before = drafts();
    await work();
    return drafts() - before;
  }

  it("not streamed: the answer, its traces and usage come through", async () => {
    script = teamScript({ votesFor: "b-model" });
    const answer = await completions.create({ model: "massgen", messages });
    expect(answer.choices[0]).toMatchObject({
      message: { content: "The final coordinated answer." },
      finish_reason: "stop",
    });
    expect(tracesOf(answer.choices[0]?.message)).toMatch(/^\[orchestrator\] Selected b /m);
    expect(answer.usage?.total_tokens).toBeGreaterThan(0);
  });

  it("streamed: the traces, then the content, then the finish", async () => {
    script = teamScript({ votesFor: "b-model" });
    let content = "";
    let traces = "";
    let finish: string | null | undefined;
    for await (const chunk of await completions.create({ model: "massgen", messages, stream: true })) {
      const [choice] = chunk.choices;
      if (tracesOf(choice?.delta) !== "") expect(content).toBe("");
      content += choice?.delta.content ?? "";
      traces += tracesOf(choice?.delta);
      finish = choice?.finish_reason ?? finish;
    }
    expect({ content, finish }).toEqual({ content: "The final coordinated answer.", finish: "stop" });
    expect(traces).toMatch(/^\[orchestrator\] Selected b /m);
  });

  it.each([false, true])("tool calls, streamed %s: five turns, then text", async (stream) => {
    script = doublingScript;
    const tools = [
      zodFunction({ name: "double", parameters: doubleInput, function: (input) => String(double(input)) }),
    ];
    const asked = { model: "massgen", messages: [{ role: "user" as const, content: doublingQuestion }], tools };
    const runner = stream ? completions.runTools({ ...asked, stream }) : completions.runTools(asked);
    expect(await runner.finalContent()).toBe(doublingAnswer);
    expect(runner.messages.filter((message) => message.role === "tool")).toHaveLength(5);
  });

  it("an error keeps its status, streamed or not", async () => {
    for (const stream of [false, true]) {
      const refused = completions.create({ model: "massgen", messages, n: 2, stream });
      await expect(refused).rejects.toMatchObject({ status: 400, message: expect.stringContaining("'n'") });
    }
  });

  it("a failed run keeps its status and is not run again", async () => {
    script = teamScript({ draft: () => httpError(401) });
    const before = team.upstream.calls.length;
    const failed = completions.create({ model: "massgen", messages });
    await expect(failed).rejects.toMatchObject({ status: 502, message: expect.stringContaining("a: ") });
    expect(team.upstream.calls.length - before).toBe(3);
  });

  it("a stream that breaks is an error after the text that came", async () => {
    script = teamScript({ votesFor: "b-model", presentation: () => cut("Half an ") });
    let content = "";
    const read = async (): Promise<void> => {
      const stream = await completions.create({ model: "massgen", messages, stream: true });
      for await (const chunk of stream) content += chunk.choices[0]?.delta.content ?? "";
    };
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    expect(content).toBe("Half an ");
  });

  describe("responses", () => {
    const asked = { model: "massgen", input: "What is 25 * 4?" };

    it("come through, streamed or not", async () => {
      script = teamScript({ votesFor: "b-model" });
      const whole = await responses.create(asked);
      expect(whole).toMatchObject({ status: "completed", output_text: "The final coordinated answer." });
      const streamed = await responses.stream(asked).finalResponse();
      expect(streamed.output_text).toBe("The final coordinated answer.");
    });

    it("a tool is called and its result comes back, by previous_response_id", async () => {
      script = doublingScript;
      const tools = [zodResponsesFunction({ name: "double", parameters: doubleInput })];
      let response = await responses.create({ ...asked, input: doublingQuestion, tools });
      for (const value of [1, 2, 4, 8, 16]) {
        const call = response.output.find((item) => item.type === "function_call");
        expect(JSON.parse(call?.arguments ?? "")).toEqual({ value });
        const output = {
          type: "function_call_output" as const,
          call_id: call?.call_id ?? "",
          output: String(value * 2),
        };
        response = await responses.create({ ...asked, input: [output], tools, previous_response_id: response.id });
      }
      expect(response.output_text).toBe(doublingAnswer);
    });

    it("a failed run keeps its status, a stream that breaks is a failed response; each runs once", async () => {
      script = teamScript({ draft: () => httpError(401) });
      const failed = () => responses.create(asked);
      expect(await runsOf(() => expect(failed()).rejects.toMatchObject({ status: 502 }))).toBe(1);
      script = teamScript({ votesFor: "b-model", presentation: () => cut("Half an ") });
      const broken = () => responses.stream(asked).finalResponse();
      const response = { status: "failed", error: { message: expect.stringContaining("b: ") } };
      expect(await runsOf(() => expect(broken()).resolves.toMatchObject(response))).toBe(1);
    });
  });

  describe("messages", () => {
    const asked = { model: "massgen-messages", max_tokens: 1000, messages };

    it("come through, streamed or not", async () => {
      script = teamScript({ votesFor: "b-model" });
      const said = [expect.objectContaining({ type: "text", text: "The final coordinated answer." })];
      expect((await anthropic.messages.create(asked)).content).toEqual(said);
      expect((await anthropic.messages.stream(asked).finalMessage()).content).toEqual(said);
    });

    it("five turns of one tool, then text", async () => {
      script = doublingScript;
      const run = (input: { value: number }): string => String(double(input));
      const tool = betaZodTool({ name: "double", description: "Doubles.", inputSchema: doubleInput, run });
      const question = [{ role: "user" as const, content: doublingQuestion }];
      // LiteLLM swallows the request for a thread, which the server would have refused.
      const settings = { thread: false as const, messages: question, tools: [tool] };
      const final = await anthropic.beta.messages.toolRunner({ ...asked, ...settings });
      expect(final.content).toEqual([expect.objectContaining({ type: "text", text: doublingAnswer })]);
    });

    it("a failed run keeps its status, a stream that breaks is an error; each runs once", async () => {
      script = teamScript({ draft: () => httpError(401) });
      const failed = () => anthropic.messages.create(asked);
      expect(await runsOf(() => expect(failed()).rejects.toMatchObject({ status: 502 }))).toBe(1);
      script = teamScript({ votesFor: "b-model", presentation: () => cut("Half an ") });
      const broken = () => anthropic.messages.stream(asked).finalMessage();
      expect(await runsOf(() => expect(broken()).rejects.toBeInstanceOf(Anthropic.APIError))).toBe(1);
    });
  });
});
