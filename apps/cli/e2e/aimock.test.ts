// The documented team in front of an upstream that other people wrote: our own upstream and our own parsers could share
// a mistake.
import { LLMock } from "@copilotkit/aimock";
import { shownAnswers } from "@massgen/core/testing";
import OpenAI from "openai";
import { expect, it } from "vitest";
import { messageOf, metadataOf, question } from "./completion.ts";
import { startMassgen } from "./massgen-process.ts";
import { documentedConfig, geminiKey, openaiKey } from "./team.ts";

async function startMock(): Promise<LLMock & AsyncDisposable> {
  const mock = new LLMock({ port: 0, host: "127.0.0.1" });
  // The vote is for whichever label shows the OpenAI agent's draft.
  mock.on({ toolName: "vote" }, async (request) => {
    const texts = request.messages.map(({ content }) => (typeof content === "string" ? content : ""));
    // The mock joins the texts of one turn without a line end.
    const shown = texts.flatMap((text) => shownAnswers(text.replace("<CURRENT ANSWERS", "\n$&")) ?? []);
    const label = shown.find(({ text }) => text === "Draft by gpt-4o")?.label ?? "agent1";
    return { toolCalls: [{ name: "vote", arguments: JSON.stringify({ agent_id: label, reason: "it is complete" }) }] };
  });
  mock.on({ userMessage: "<CURRENT ANSWERS" }, { content: "The final coordinated answer." });
  mock.on({ model: "gpt-4o" }, { content: "Draft by gpt-4o" });
  mock.on({ model: "gemini-2.5-flash" }, { content: "Draft by gemini" });
  await mock.start();
  return Object.assign(mock, { [Symbol.asyncDispose]: async () => mock.stop() });
}

it.each([true, false])("drafts, votes and presents (stream: %s)", async (stream) => {
  await using mock = await startMock();
  await using massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
    env: {
      OPENAI_API_KEY: openaiKey,
      OPENAI_BASE_URL: `${mock.url}/v1`,
      GEMINI_API_KEY: geminiKey,
      GEMINI_BASE_URL: mock.url,
    },
    files: { "config.yaml": documentedConfig },
  });
  const client = new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey: "not-needed" });
  const answer = stream
    ? await client.chat.completions.stream({ model: "massgen", messages: question }).finalChatCompletion()
    : await client.chat.completions.create({ model: "massgen", messages: question });
  expect(messageOf(answer).content).toBe("The final coordinated answer.");
  expect(messageOf(answer).reasoning_content).toBeTruthy();
  if (!stream)
    expect(metadataOf(answer)).toMatchObject({ outcome: "unanimous", winner: "research-agent", calls: { made: 5 } });
  expect(
    mock
      .getRequests()
      .map((entry) => entry.path)
      .filter((path) => path.includes("gemini")),
  ).toHaveLength(2);
});

it("takes a third agent on a third wire", async () => {
  await using mock = await startMock();
  mock.on({ model: "claude-sonnet-4-5" }, { content: "Draft by claude" });
  await using massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
    env: {
      OPENAI_API_KEY: openaiKey,
      OPENAI_BASE_URL: `${mock.url}/v1`,
      GEMINI_API_KEY: geminiKey,
      GEMINI_BASE_URL: mock.url,
      ANTHROPIC_API_KEY: "sk-ant-test",
      ANTHROPIC_BASE_URL: mock.url,
    },
    files: { "config.yaml": `${documentedConfig}\n  - id: critic\n    backend: { model: claude-sonnet-4-5 }\n` },
  });
  const client = new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey: "not-needed" });
  const answer = await client.chat.completions.create({ model: "massgen", messages: question });
  expect(messageOf(answer).content).toBe("The final coordinated answer.");
  expect(metadataOf(answer)).toMatchObject({ degraded: false, winner: "research-agent" });
  expect(mock.getRequests().filter((entry) => entry.path === "/v1/messages").length).toBeGreaterThanOrEqual(1);
});
