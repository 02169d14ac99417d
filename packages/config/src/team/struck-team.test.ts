import type { ChatModel } from "@massgen/core/model";
import { createTeam } from "@massgen/core";
import { expect, it } from "vitest";
import { struckTeam } from "./struck-team.ts";

const strike = (text: string): string => text.replaceAll(/hush/gi, "[redacted]");

function modelOf(name: string): ChatModel {
  return {
    model: `m-${name}`,
    async *stream({ tools = [] }) {
      const ballot = tools.some((tool) => tool.name === "vote");
      if (ballot)
        yield { type: "tool-call", id: "1", name: "vote", arguments: '{"agent_id":"agent1","reason":"HUSH it is"}' };
      else yield { type: "text-delta", text: `hush ${name}` };
      yield { type: "finish", reason: ballot ? "tool-calls" : "stop" };
    },
  };
}

const team = struckTeam(createTeam({ agents: ["a", "b"].map((id) => ({ id, model: modelOf(id) })) }), strike);
const question = { messages: [{ role: "user" as const, content: "hi" }] };

it("what is told about a run is struck, at any depth; answers are not", async () => {
  const events = await Array.fromAsync(team.run(question));
  const votes = events.flatMap((event) => (event.type === "vote-cast" ? [event.reason] : []));
  expect(votes).toEqual(["[redacted] it is", "[redacted] it is"]);
  const last = events.at(-1);
  expect(last).toMatchObject({
    type: "run-finished",
    result: { status: "answered", text: expect.stringMatching(/^hush [ab]$/) },
  });
  expect(JSON.stringify(last)).not.toContain("HUSH");
  const delivered = events.flatMap((event) => (event.type === "content-delta" ? [event.text] : [])).join("");
  expect(delivered).toMatch(/^hush [ab]$/);
});

it("the result can be awaited, and leaving early cancels", async () => {
  expect((await team.run(question).answer()).text).toMatch(/^hush [ab]$/);
  const run = team.run(question);
  for await (const event of run) if (event.type === "run-started") break;
  await expect(run.answer()).rejects.toMatchObject({ code: "aborted" });
});
