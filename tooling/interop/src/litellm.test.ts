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
import OpenAI from "openai";
import { zodFunction } from "openai/helpers/zod";
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
    ({ completions } = new OpenAI({ baseURL: url, apiKey: masterKey, maxRetries: 0 }).chat);
  });

  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await team?.[Symbol.asyncDispose]();
  });

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
});
