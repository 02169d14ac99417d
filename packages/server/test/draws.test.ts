import { createTeam } from "@massgen/core";
import { answersIn, phaseOf, scriptedModel, vote } from "@massgen/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start, type TestServer } from "./client.ts";

let server: TestServer;
beforeAll(async () => {
  // Each votes for the other, so a lot decides.
  const agents = ["red", "blue"].map((id) => ({
    id,
    model: scriptedModel((call) => {
      if (phaseOf(call) !== "ballot") return `${id} says`;
      const other = [...answersIn(call)].find(([, text]) => !text.startsWith(id));
      return vote(other?.[0] ?? "");
    }),
  }));
  server = await start({ team: createTeam({ agents }) });
});
afterAll(() => server.running.close({ timeoutMs: 0 }));

const questions = Array.from({ length: 12 }, (_, i) => `Question ${i}?`);
const ways: Readonly<Record<string, (question: string) => object>> = {
  "/v1/chat/completions": (content) => ({ messages: [{ role: "user", content }] }),
  "/v1/completions": (prompt) => ({ prompt }),
  "/v1/responses": (input) => ({ input }),
  "/v1/messages": (text) => ({ messages: [{ role: "user", content: [{ type: "text", text }] }] }),
};

/** Who won each question's lot. */
async function winners(path: string, more: object = {}): Promise<readonly unknown[]> {
  return Promise.all(
    questions.map(async (question) => {
      const body = JSON.stringify({ ...ways[path]?.(question), ...more });
      const headers = { "content-type": "application/json" };
      const text = await (await fetch(`${server.url}${path}`, { method: "POST", headers, body })).text();
      expect(text).toContain('"outcome":"tied"');
      return /"winner":"(\w+)"/.exec(text)?.[1];
    }),
  );
}

test("equal requests draw alike on every wire; another conversation draws anew", async () => {
  const drawn = await winners("/v1/chat/completions");
  expect(new Set(drawn)).toEqual(new Set(["red", "blue"]));
  for (const path of Object.keys(ways)) expect(await winners(path), path).toEqual(drawn);
});

test("what is not asked of the team changes no draw, a seed or another sampling does", async () => {
  const drawn = await winners("/v1/chat/completions");
  const other = { model: "other", stream: true, user: "ada", metadata: { a: "b" }, store: true };
  expect(await winners("/v1/chat/completions", other)).toEqual(drawn);
  expect(await winners("/v1/chat/completions", { temperature: 0.3 })).not.toEqual(drawn);
  expect(new Set(await winners("/v1/chat/completions", { seed: 5 })).size).toBe(1);
});
