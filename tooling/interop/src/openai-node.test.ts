// The official client for Node, version 7.
import {
  cut,
  documentedConfig,
  draftOf,
  hang,
  httpError,
  openaiTeam,
  startTeam,
  teamScript,
  text,
  toolCalls,
} from "@massgen/upstream";
import OpenAI from "openai";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
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
const heading = "OpenAI SDK for Node";
const messages = [{ role: "user" as const, content: "What is 25 * 4?" }];
const single = "agent: { id: only, backend: { type: openai, model: gpt-4o } }\n";

const clientOf = (url: string, options: { readonly apiKey?: string; readonly maxRetries?: number } = {}): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: "not-needed", maxRetries: 0, ...options });

/** The traces of a message or a delta: a field that the client's types do not know. */
const tracesOf = (part: object | undefined): string =>
  (part as { reasoning_content?: string })?.reasoning_content ?? "";

describe.concurrent("text", () => {
  it("the documented lines print the answer", async () => {
    await using team = await startTeam(teamScript({}));
    expect(await runTypeScript(aimedAt(team.url, clientBlocks(heading, "ts")[0] ?? ""))).toBe(
      "The final coordinated answer.",
    );
  });

  it("not streamed: the message, its traces, usage, and the request's id", async () => {
    await using team = await startTeam(teamScript({}));
    const answer = await clientOf(team.url).chat.completions.create({ model: "massgen", messages });
    expect(answer).toMatchObject({
      object: "chat.completion",
      model: "massgen",
      choices: [
        { index: 0, message: { role: "assistant", content: "The final coordinated answer." }, finish_reason: "stop" },
      ],
      usage: { total_tokens: 75 },
    });
    expect(tracesOf(answer.choices[0]?.message)).toContain("[orchestrator] Selected research-agent (2 of 2 votes)");
    expect(answer._request_id).toMatch(/./);
  });

  it("chunk by chunk: traces, then content, then the finish, then usage when asked for", async () => {
    await using team = await startTeam(teamScript({}));
    const client = clientOf(team.url);
    const whole = await client.chat.completions.create({ model: "massgen", messages, seed: 7 });
    const stream = await client.chat.completions.create({
      model: "massgen",
      messages,
      seed: 7,
      stream: true,
      stream_options: { include_usage: true },
    });
    let content = "";
    let traces = "";
    const usages = [];
    const finishes = [];
    for await (const chunk of stream) {
      const [choice] = chunk.choices;
      if (tracesOf(choice?.delta) !== "") expect(content).toBe("");
      content += choice?.delta.content ?? "";
      traces += tracesOf(choice?.delta);
      if (choice?.finish_reason) finishes.push(choice.finish_reason);
      if (chunk.usage) usages.push(chunk.usage);
    }
    expect(content).toBe(whole.choices[0]?.message.content);
    expect(traces).toContain("[orchestrator] Selected research-agent (2 of 2 votes)");
    expect(finishes).toEqual(["stop"]);
    expect(usages).toEqual([whole.usage]);
  });

  it("`.stream()`: events and finalChatCompletion", async () => {
    await using team = await startTeam(teamScript({}));
    const stream = clientOf(team.url).chat.completions.stream({
      model: "massgen",
      messages,
      stream_options: { include_usage: true },
    });
    let content = "";
    stream.on("content", (delta) => {
      content += delta;
    });
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]).toMatchObject({ message: { role: "assistant", content }, finish_reason: "stop" });
    expect(content).toBe("The final coordinated answer.");
    expect(final.usage?.total_tokens).toBe(75);
  });

  it("models: what is listed can be retrieved and chatted with", async () => {
    await using team = await startTeam(teamScript({}));
    const client = clientOf(team.url);
    const ids = (await Array.fromAsync(client.models.list())).map((model) => model.id);
    expect(ids).toContain("massgen");
    for (const model of ids) {
      expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: "model" });
      expect(await client.chat.completions.create({ model, messages })).toMatchObject({ model });
    }
  });
});

describe.concurrent("tools", () => {
  it.each([false, true])("runTools, streamed %s: five turns of one tool, then text", async (stream) => {
    await using team = await startTeam(doublingScript, { config: doublingConfig });
    const given: number[] = [];
    const tools = [
      zodFunction({
        name: "double",
        parameters: doubleInput,
        function: (input) => {
          given.push(input.value);
          return String(double(input));
        },
      }),
    ];
    const asked = { model: "massgen", messages: [{ role: "user" as const, content: doublingQuestion }], tools };
    const { completions } = clientOf(team.url).chat;
    const runner = stream ? completions.runTools({ ...asked, stream }) : completions.runTools(asked);
    expect(await runner.finalContent()).toBe(doublingAnswer);
    expect(given).toEqual([1, 2, 4, 8, 16]);
  });

  it("two calls at once come with indices, ids and arguments of their own", async () => {
    const calls = ["Oslo", "Rome"].map((city) => ({ name: "weather", arguments: { city } }));
    await using team = await startTeam(teamScript({ draft: () => toolCalls(calls) }));
    const tool = {
      type: "function" as const,
      function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
    };
    const stream = clientOf(team.url).chat.completions.stream({ model: "massgen", messages, tools: [tool] });
    const indices = new Set<number>();
    for await (const chunk of stream) {
      for (const call of chunk.choices[0]?.delta.tool_calls ?? []) indices.add(call.index);
    }
    const [choice] = (await stream.finalChatCompletion()).choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    const made = choice?.message.tool_calls?.map(
      (call) => call.type === "function" && JSON.parse(call.function.arguments),
    );
    expect(made).toEqual([{ city: "Oslo" }, { city: "Rome" }]);
    expect(indices).toEqual(new Set([0, 1]));
    expect(new Set(choice?.message.tool_calls?.map((call) => call.id)).size).toBe(2);
  });
});

describe.concurrent("structured output", () => {
  it("`parse()` with zod, not streamed and streamed", async () => {
    const sum = z.object({ question: z.string(), result: z.number() });
    const reply = { question: "25 * 4", result: 100 };
    await using team = await startTeam(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    const { completions } = clientOf(team.url).chat;
    const asked = { model: "massgen", messages, response_format: zodResponseFormat(sum, "sum") };
    expect((await completions.parse(asked)).choices[0]?.message.parsed).toEqual(reply);
    const final = await completions.stream(asked).finalChatCompletion();
    expect(final.choices[0]?.message.parsed).toEqual(reply);
    const draft = team.upstream.calls.find((call) => call.wire === "openai");
    expect(draft?.body["response_format"]).toMatchObject({ type: "json_schema", json_schema: { name: "sum" } });
  });
});

describe.concurrent("errors", () => {
  it("come as the client's own classes, with code, param and the request's id", async () => {
    await using team = await startTeam(teamScript({}), { env: { MASSGEN_SERVER_API_KEY: "sk-server-1" } });
    const { completions } = clientOf(team.url, { apiKey: "sk-server-1" }).chat;
    const stranger = clientOf(team.url, { apiKey: "sk-wrong-key" }).chat.completions;
    const failures = [
      {
        failed: completions.create({ model: "massgen/other", messages }),
        type: OpenAI.NotFoundError,
        code: "model_not_found",
        param: "model",
      },
      {
        failed: completions.create({ model: "massgen", messages: [] }),
        type: OpenAI.BadRequestError,
        param: "messages",
      },
      {
        failed: completions.create({ model: "massgen", messages, n: 2, stream: true }),
        type: OpenAI.BadRequestError,
        param: "n",
      },
      {
        failed: stranger.create({ model: "massgen", messages }),
        type: OpenAI.AuthenticationError,
        code: "invalid_api_key",
      },
    ];
    for (const { failed, type, ...fields } of failures) {
      const error: unknown = await failed.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ ...fields, requestID: expect.stringMatching(/./) });
      expect((error as Error).message).not.toContain("sk-");
    }
    expect(team.upstream.calls).toEqual([]);
  });

  it("every agent rate-limited is a RateLimitError that says when to come back", async () => {
    // Waiting 350 s for a retry would outlast this deadline's share for drafting, so that nothing is retried.
    const config = `${documentedConfig}timeout_settings: { orchestrator_timeout_seconds: 400 }\n`;
    await using team = await startTeam(
      teamScript({ draft: () => httpError(429, undefined, { "retry-after": "350" }) }),
      {
        config,
      },
    );
    const failed = clientOf(team.url).chat.completions.create({ model: "massgen", messages });
    const error: unknown = await failed.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect((error as InstanceType<typeof OpenAI.RateLimitError>).headers?.get("retry-after")).toBe("350");
  });

  it("a run that failed is not run again, though this client retries a 502 twice", async () => {
    await using team = await startTeam(teamScript({ draft: () => httpError(401) }));
    const failed = clientOf(team.url, { maxRetries: 2 }).chat.completions.create({ model: "massgen", messages });
    await expect(failed).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect(team.upstream.calls).toHaveLength(2);
  });

  it("in mid-stream: an APIError after the text that came", async () => {
    await using team = await startTeam(teamScript({ draft: () => cut("Half an ") }), { config: single });
    const stream = await clientOf(team.url).chat.completions.create({ model: "massgen", messages, stream: true });
    let content = "";
    const read = async (): Promise<void> => {
      for await (const chunk of stream) content += chunk.choices[0]?.delta.content ?? "";
    };
    const error: unknown = await read().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ type: "upstream_error", requestID: expect.stringMatching(/./) });
    expect(content).toBe("Half an ");
  });
});

describe.concurrent("leaving", () => {
  it("breaking the loop, or aborting a call that is not streamed, ends every call upstream", async () => {
    await using team = await startTeam(teamScript({ draft: () => hang() }), { config: openaiTeam(["a", "b"]) });
    const { completions } = clientOf(team.url).chat;
    const stream = await completions.create({ model: "massgen", messages, stream: true });
    for await (const chunk of stream) {
      expect(chunk.choices[0]?.delta).toMatchObject({ role: "assistant" });
      await team.upstream.waitForCall((call) => call.n === 2);
      break;
    }
    await team.upstream.idle();
    const left = new AbortController();
    const asked = completions.create({ model: "massgen", messages }, { signal: left.signal });
    await team.upstream.waitForCall((call) => call.n === 4);
    left.abort();
    await expect(asked).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await team.upstream.idle();
    expect(team.upstream.calls.map((call) => call.state)).toEqual(Array.from({ length: 4 }, () => "aborted-by-client"));
  });

  it("the answer of one agent left alone streams to the end", async () => {
    await using team = await startTeam(
      teamScript({ draft: (call) => (call.wire === "gemini" ? httpError(400) : text(draftOf(call.model))) }),
    );
    const final = await clientOf(team.url).chat.completions.stream({ model: "massgen", messages }).finalContent();
    expect(final).toBe(draftOf("gpt-4o"));
  });
});
