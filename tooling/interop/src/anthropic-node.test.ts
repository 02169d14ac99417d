// Anthropic's official client for Node, on /v1/messages.
import Anthropic from "@anthropic-ai/sdk";
import { cut, hang, httpError, teamScript, text } from "@massgen/upstream";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { aimedAt, clientBlock } from "./document.ts";
import { double, doubleInput, doublingAnswer, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { runTypeScript } from "./run.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

const messages = [{ role: "user" as const, content: "What is 25 * 4?" }];
const asked = { model: "massgen", max_tokens: 1000, messages };
const finalAnswer = "The final coordinated answer.";
const selected = "[orchestrator] Selected a (2 of ";

const team = shareTeam();

const clientOf = (options: { readonly maxRetries?: number } = {}): Anthropic =>
  new Anthropic({ baseURL: team.url, apiKey: "not-needed", maxRetries: 0, ...options });

const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === "text" ? block.text : "")).join("");

describe("text", () => {
  it("the documented lines print the answer", async () => {
    team.plays(usualScript);
    const lines = aimedAt(team.url, clientBlock("Anthropic SDK for TypeScript", "ts"));
    expect(await runTypeScript(lines)).toBe(finalAnswer);
  });

  it("create: one block of text, usage, and the request's id; with thinking the traces before it", async () => {
    team.plays(usualScript);
    const plain = await clientOf().messages.create(asked);
    expect(plain).toMatchObject({ type: "message", role: "assistant", model: "massgen", stop_reason: "end_turn" });
    expect(plain.content).toEqual([expect.objectContaining({ type: "text", text: finalAnswer })]);
    expect(plain.usage.output_tokens).toBeGreaterThan(0);
    expect(plain._request_id).toMatch(/./);
    const { content } = await clientOf().messages.create({
      ...asked,
      max_tokens: 2000,
      thinking: { type: "enabled", budget_tokens: 1024 },
    });
    expect(content.map(({ type }) => type)).toEqual(["thinking", "text"]);
    expect(content[0]).toMatchObject({ thinking: expect.stringContaining(selected) });
  });

  it("stream(): its events, and the message that they make", async () => {
    team.plays(usualScript);
    let said = "";
    let thought = "";
    const stream = clientOf().messages.stream({ ...asked, thinking: { type: "enabled", budget_tokens: 1024 } });
    stream.on("text", (delta) => (said += delta));
    stream.on("thinking", (delta) => (thought += delta));
    const final = await stream.finalMessage();
    expect(final.stop_reason).toBe("end_turn");
    expect(said).toBe(finalAnswer);
    expect(textOf(final)).toBe(finalAnswer);
    expect(thought).toContain(selected);
    expect(final.usage.output_tokens).toBeGreaterThan(0);
  });

  it("parse() with zod", async () => {
    const reply = { question: "25 * 4", result: 100 };
    team.plays(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    const format = zodOutputFormat(z.object({ question: z.string(), result: z.number() }));
    const { parsed_output } = await clientOf().messages.parse({ ...asked, output_config: { format } });
    expect(parsed_output).toEqual(reply);
  });

  it("countTokens, and the list of models", async () => {
    const short = await clientOf().messages.countTokens({ model: "massgen", messages });
    const content = "What is 25 * 4? ".repeat(100);
    const long = await clientOf().messages.countTokens({ model: "massgen", messages: [{ role: "user", content }] });
    expect(short.input_tokens).toBeGreaterThan(0);
    expect(long.input_tokens).toBeGreaterThan(50 * short.input_tokens);
    const models = await Array.fromAsync(clientOf().models.list());
    expect(models.map(({ id }) => id)).toContain("massgen");
    expect(await clientOf().models.retrieve("massgen")).toMatchObject({ id: "massgen", type: "model" });
  });
});

describe("tools", () => {
  it.each([false, true])("toolRunner, streamed %s: five turns of one tool, then text", async (stream) => {
    team.plays(doublingScript);
    const given: number[] = [];
    const run = (input: z.infer<typeof doubleInput>): string => {
      given.push(input.value);
      return String(double(input));
    };
    const tool = betaZodTool({ name: "double", description: "Doubles a number.", inputSchema: doubleInput, run });
    const { messages } = clientOf().beta;
    const runner = messages.toolRunner({
      ...asked,
      messages: [{ role: "user", content: doublingQuestion }],
      tools: [tool],
      stream,
    });
    const final = await runner.runUntilDone();
    expect(final.content).toEqual([expect.objectContaining({ type: "text", text: doublingAnswer })]);
    expect(given).toEqual([1, 2, 4, 8, 16]);
  });
});

describe("failures", () => {
  it("of requests: the client's own classes", async () => {
    const { messages: api } = clientOf();
    await expect(api.create({ ...asked, model: "massgen/other" })).rejects.toMatchObject({
      status: 404,
      type: "not_found_error",
      requestID: expect.stringMatching(/./),
    });
    await expect(api.create({ ...asked, model: "massgen/other" })).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    const empty = api.create({ ...asked, messages: [] });
    await expect(empty).rejects.toBeInstanceOf(Anthropic.BadRequestError);
    await expect(empty).rejects.toMatchObject({ message: expect.stringContaining("messages") });
  });

  it("before an answer: InternalServerError, one run though the client retries twice", async () => {
    team.plays(teamScript({ draft: () => httpError(401) }));
    const runs = await team.runsOf(async () => {
      const failed = clientOf({ maxRetries: 2 }).messages.create(asked);
      await expect(failed).rejects.toBeInstanceOf(Anthropic.InternalServerError);
      await expect(failed).rejects.toMatchObject({ status: 502, message: expect.stringContaining("a: ") });
    });
    expect(runs).toBe(1);
  });

  it("in mid-stream: an APIError after the text that came, one run", async () => {
    team.plays(teamScript({ votesFor: "a-model", presentation: () => cut("Half an ") }));
    const runs = await team.runsOf(async () => {
      const stream = clientOf({ maxRetries: 2 }).messages.stream(asked);
      let said = "";
      stream.on("text", (delta) => (said += delta));
      const failed: unknown = await stream.finalMessage().catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(Anthropic.APIError);
      expect(failed).toMatchObject({ type: "api_error" });
      expect(said).toBe("Half an ");
    });
    expect(runs).toBe(1);
  });

  it("leaving a stream, or aborting a call, ends every call upstream", async () => {
    team.plays(teamScript({ draft: () => hang() }));
    const before = team.upstream.calls.length;
    for await (const event of await clientOf().messages.create({ ...asked, stream: true })) {
      expect(event.type).toBe("message_start");
      await team.upstream.waitForCall((call) => call.n === before + 3);
      break;
    }
    await team.upstream.idle();
    const left = new AbortController();
    const call = clientOf().messages.create(asked, { signal: left.signal });
    await team.upstream.waitForCall((upstream) => upstream.n === before + 6);
    left.abort();
    await expect(call).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
    await team.upstream.idle();
  });
});
