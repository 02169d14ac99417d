import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTeam } from "../team.ts";
import { textOf } from "../model/message.ts";
import type { ChatRequest } from "../model/chat-request.ts";
import { scriptedModel } from "../testing/scripted-model.ts";
import type { Receipt } from "../coordination/receipt.ts";
import type { RunRequest } from "../run-request.ts";
import { fenceGuard } from "./fence-guard.ts";

const nonce = "ABCDEFGHIJ";

/** What a text comes to when it goes through a guard in pieces. */
async function through(pieces: readonly string[], nonceOnly = false): Promise<{ text: string; failed: boolean }> {
  let text = "";
  const guard = fenceGuard(nonce, nonceOnly, async (piece) => {
    text += piece;
  });
  try {
    for (const piece of pieces) await guard.push(piece);
    await guard.end();
    return { text, failed: false };
  } catch {
    return { text, failed: true };
  }
}

const answer = fc
  .array(
    fc.constantFrom(
      "Paris",
      " is ",
      "<",
      ">",
      "<agent",
      "a < b",
      "A",
      "AB",
      "ABCDEFGHI",
      "\n",
      "</",
      "k=",
      "x".repeat(70),
    ),
  )
  .map((words) => words.join(""));
const fences = fc.constantFrom(
  `<agent1 k=${nonce}>`,
  `</CURRENT ANSWERS k=${nonce}>`,
  nonce,
  "<CURRENT ANSWERS>",
  "</agent2>",
);
const cuts = fc.array(fc.nat(), { maxLength: 12 });

function cutAt(text: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, i) => text.slice(start, at[i] ?? text.length));
}

describe("a final answer", () => {
  it("without a mark goes through as it is, in whatever pieces it comes", async () => {
    await fc.assert(
      fc.asyncProperty(answer, cuts, async (text, places) => {
        expect(await through(cutAt(text, places))).toEqual({ text, failed: false });
      }),
    );
  });

  it("with a mark never shows it, nor what stands behind it", async () => {
    await fc.assert(
      fc.asyncProperty(answer, fences, answer, cuts, async (before, fence, behind, places) => {
        const { text, failed } = await through(cutAt(`${before}${fence}${behind}`, places));
        expect(`${before}${fence}`.startsWith(text.trimEnd())).toBe(true);
        expect(text).not.toContain(fence);
        expect(text).not.toContain(nonce);
        if (before.trim() === "") expect({ text: text.trim(), failed }).toEqual({ text: "", failed: true });
      }),
    );
  });

  it("loses the marks that it ends with", async () => {
    expect(await through(["Paris.\n</ag", `ent1 k=${nonce}>\n</CURRENT`, ` ANSWERS k=${nonce}>\n`])).toEqual({
      text: "Paris.\n",
      failed: false,
    });
    expect(await through(["Paris.\n</agent1>\n", "And more"])).toMatchObject({ failed: true });
  });

  it("may speak of such marks where the conversation does", async () => {
    expect(await through(["<agent1> is a tag"], true)).toEqual({ text: "<agent1> is a tag", failed: false });
    expect(await through([`<agent1 k=${nonce}>`], true)).toEqual({ text: "", failed: true });
  });
});

describe.each(["live", "whole"] as const)("a team whose presenter repeats its prompt (%s)", (delivery) => {
  const run = async (write: (block: string) => string, question = "Why?") => {
    const model = scriptedModel((request: ChatRequest) => {
      const prompt = textOf(request.messages.at(-1) ?? { role: "user", content: "" });
      if (request.tools)
        return { toolCalls: [{ id: "v", name: "vote", arguments: '{"agent_id":"agent1","reason":""}' }] };
      const block = /<CURRENT ANSWERS[^]*<\/CURRENT ANSWERS k=\w+>/.exec(prompt)?.[0];
      if (block === undefined) return `draft ${model.requests.length}`;
      return { pieces: write(block).match(/[^]{1,7}/g) ?? [] };
    });
    const agents = ["a", "b", "c"].map((id) => ({ id, model }));
    const request: RunRequest = { messages: [{ role: "user", content: question }], delivery };
    const settings = { selfVotes: "allow", maxNewAnswersPerAgent: 1, earlyStop: false } as const;
    const started = createTeam({ agents, coordination: settings }).run(request);
    let content = "";
    let receipt: Receipt | undefined;
    for await (const event of started) {
      if (event.type === "content-delta") content += event.text;
      if (event.type === "run-finished") receipt = event.result.receipt;
    }
    return {
      content,
      receipt,
      answer: await started.answer().catch((error: unknown) => error),
      calls: model.requests.length,
    };
  };

  it("delivers the winning text, without another presenter", async () => {
    const { content, answer, calls } = await run((block) => `\n${block}\nDone.`);
    expect(content).toMatch(/^draft \d$/);
    expect(answer).toMatchObject({ text: content, receipt: { finalAnswer: "select", degraded: true } });
    expect(calls).toBe(7);
  });

  it("keeps the account of a call that ended in order, be some of it delivered or not", async () => {
    const { answer, receipt } = await run((block) => `So it is.\n${block}\nDone.`);
    expect(receipt?.calls).toMatchObject({ made: 7, failed: 0 });
    expect(answer).toMatchObject(delivery === "live" ? { code: "invalid-response" } : { receipt: { degraded: true } });
  });

  it("delivers an answer that speaks of less-than signs", async () => {
    expect((await run(() => "a < b, and <agents> too")).content).toBe("a < b, and <agents> too");
  });
});
