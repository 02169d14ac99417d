import { createTeam, MassgenError } from "@massgen/core";
import { phaseOf, scriptedModel, type ScriptedModel } from "@massgen/core/testing";
import { afterEach, expect, test } from "vitest";
import type { MassgenMetadata } from "../src/index.ts";
import { chunksOf, hello, joined, post, rawPost, start, type TestServer } from "./client.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.running.close({ timeoutMs: 0 });
  server = undefined;
});

const firstAnswer = { id: "v", name: "vote", arguments: JSON.stringify({ agent_id: "agent1", reason: "clear" }) };
const usage = { inputTokens: 5, outputTokens: 2, totalTokens: 7 };

/** Drafts its own text, votes for the first answer it sees, presents in pieces. */
function agent(id: string): { id: string; model: ScriptedModel } {
  const model = scriptedModel((request) => {
    switch (phaseOf(request)) {
      case "draft":
        return { text: `draft of ${id}`, usage };
      case "ballot":
        return { toolCalls: [firstAnswer], usage };
      case "presentation":
        return { pieces: ["The ", "final ", "answer"], usage };
    }
  });
  return { id, model };
}

const timeless = (traces: string): string => traces.replaceAll(/\d+\.\d s/g, "n s");

test("a real team, whole and streamed", async () => {
  server = await start({ team: createTeam({ agents: ["red", "blue"].map(agent) }) });
  const whole = (await (await post(server.url, { ...hello, seed: 1 })).json()) as {
    choices: [{ message: { content: string; reasoning_content: string } }];
    usage: { total_tokens: number };
    massgen_metadata: MassgenMetadata;
  };
  const { content, reasoning_content } = whole.choices[0].message;
  expect(content).toBe("The final answer");
  expect(timeless(reasoning_content)).toMatchInlineSnapshot(`
    "[orchestrator] Team: red (scripted), blue (scripted)
    [red] Drafting...
    [blue] Drafting...
    [red] Answered in n s: "draft of red"
    [blue] Answered in n s: "draft of blue"
    [orchestrator] Voting: 2 agents judge 2 anonymous answers
    [red] Votes for blue: clear
    [blue] Votes for red: clear
    [orchestrator] Selected blue (no majority; blue was drawn and writes from both drafts)
    [blue] Writing the final answer from both drafts...
    [orchestrator] 5 calls, n s, 35 tokens
    "
  `);
  expect(whole.usage.total_tokens).toBe(35);
  expect(whole.massgen_metadata).toMatchObject({
    calls: { made: 5 },
    final_answer: "synthesize",
    usage_complete: true,
  });

  const chunks = chunksOf(await (await post(server.url, { ...hello, seed: 1, stream: true })).text());
  expect(joined(chunks, "content")).toBe(content);
  // The figures of the call that writes the answer are still to come; an empty line stands before the answer.
  expect(timeless(joined(chunks, "reasoning_content"))).toBe(
    timeless(reasoning_content).replace("35 tokens\n", "28 tokens so far\n\n"),
  );
  const pieces = chunks.map((chunk) => chunk.choices[0]?.delta.content).filter(Boolean);
  expect(pieces).toEqual(["The ", "final ", "answer"]);
});

test("a client that leaves aborts every call of a real team", async () => {
  const stuck = ["red", "blue"].map((id) => {
    const asked = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const model = scriptedModel((request) => {
      asked.resolve();
      request.signal?.addEventListener("abort", () => gone.resolve());
      return { text: "never", after: new Promise(() => {}) };
    });
    return { id, model, asked: asked.promise, gone: gone.promise };
  });
  server = await start({ team: createTeam({ agents: stuck }) });
  const response = await rawPost(server.url, { ...hello, stream: true });
  await Promise.all(stuck.map(({ asked }) => asked));
  response.destroy();
  expect(await Promise.all(stuck.map(({ gone }) => gone))).toHaveLength(2);
});

test("a real team that fails altogether", async () => {
  const error = new MassgenError("context-length", "too long", { param: "messages" });
  const failing = ["red", "blue"].map((id) => ({ id, model: scriptedModel(() => ({ error })) }));
  server = await start({ team: createTeam({ agents: failing }) });
  const response = await post(server.url, hello);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    error: {
      message: "No agent could answer. red: too long; blue: too long",
      type: "invalid_request_error",
      param: "messages",
      code: "context_length_exceeded",
    },
  });
  const chunks = chunksOf(await (await post(server.url, { ...hello, stream: true })).text());
  expect(chunks.at(-1)).toHaveProperty("error.code", "context_length_exceeded");
});

test("a team is served whatever model a client names, and listed as massgen", async () => {
  server = await start({ team: createTeam({ agents: ["red", "blue"].map(agent) }) });
  for (const model of ["massgen", "gpt-4o", "massgen/anything"]) {
    const response = await post(server.url, { ...hello, model });
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ model })]);
  }
  const list = (await (await fetch(`${server.url}/v1/models`)).json()) as { data: { id: string; created: number }[] };
  expect(list.data.map(({ id }) => id)).toEqual(["massgen"]);
  expect(Number.isInteger(list.data[0]?.created)).toBe(true);
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
});
