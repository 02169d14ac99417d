import { randomInt } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatRequest, ResponseFormat } from "../model/chat-request.ts";
import type { Message } from "../model/message.ts";
import type { RunRequest } from "../run-request.ts";
import { createTeam } from "../team.ts";
import {
  answersIn,
  newAnswer,
  phaseOf,
  type ScriptedModel,
  type ScriptedReply,
  scriptedModel,
  vote,
} from "../testing/scripted-model.ts";

/**
 * In an agent loop every turn sends the whole history again. Services cache it, as far as the prompt begins as one
 * before did. FC_SEED repeats a run of this file.
 */
const seed = Number(process.env["FC_SEED"] ?? randomInt(2 ** 31));
console.log(`prefix.property: FC_SEED=${seed}`);

const text = fc.string({ minLength: 1, maxLength: 20 });

/** What a turn adds to the conversation: a question, or calls and their results, with a reminder among them or not. */
const turnArbitrary: fc.Arbitrary<readonly Message[]> = fc.oneof(
  fc.tuple(text, text).map(([said, asked]): Message[] => [
    { role: "assistant", content: said },
    { role: "user", content: asked, cacheFor: "5m" },
  ]),
  fc
    .tuple(text, fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.uuid())
    .map(([said, count, reminded, id]): Message[] => {
      const ids = Array.from({ length: count }, (_, n) => `${id}-${n}`);
      return [
        { role: "assistant", content: said, toolCalls: ids.map((id) => ({ id, name: "look", arguments: "{}" })) },
        ...ids.map((toolCallId): Message => ({ role: "tool", toolCallId, content: said })),
        ...(reminded ? [{ role: "system", content: "Mind the time." } as const] : []),
      ];
    }),
);

const beginning: readonly Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Look around." },
];

const settingArbitrary: fc.Arbitrary<Partial<RunRequest>> = fc.record(
  {
    tools: fc.constant([{ name: "look" }, { name: "vote", parameters: { type: "object", properties: {} } }]),
    cacheKey: text,
    responseFormat: fc.constantFrom<ResponseFormat>(
      { type: "json-object" },
      { type: "json-schema", name: "a", schema: { type: "object" } },
    ),
  },
  { requiredKeys: [] },
);

/** A voter's reply: some cannot be counted and are asked for again. */
type Ballot = "vote" | "new answer" | "no vote" | "wrong vote";
const ballotArbitrary = fc.constantFrom<Ballot>("vote", "vote", "new answer", "no vote", "wrong vote");

function replyTo(request: ChatRequest, ballot: Ballot, said: string): ScriptedReply {
  if (phaseOf(request) !== "ballot") return JSON.stringify({ said });
  const [vote_, new_] = (request.tools ?? []).map(({ name }) => name);
  const named = (reply: ScriptedReply, name = ""): ScriptedReply =>
    typeof reply === "string" ? reply : { ...reply, toolCalls: (reply.toolCalls ?? []).map((c) => ({ ...c, name })) };
  switch (ballot) {
    case "vote":
      return named(vote([...answersIn(request).keys()][0] ?? ""), vote_);
    case "new answer":
      return new_ === undefined ? "Hm." : named(newAnswer(JSON.stringify({ said })), new_);
    case "no vote":
      return "I like them all.";
    case "wrong vote":
      return named(vote("agent9"), vote_);
  }
}

/** What other requests begin with as well. */
function shared(request: ChatRequest): readonly Message[] {
  return request.messages.slice(0, request.messages.length - (request.prefix?.added ?? 0));
}

const purposeOf = (request: ChatRequest): string => (phaseOf(request) === "ballot" ? "ballot" : "answer");

describe("the prompts of a growing conversation", () => {
  it("begin as those of the turn before, for each agent and purpose", async () => {
    const seen = new Map<string, number>();
    const property = fc.asyncProperty(
      fc.array(turnArbitrary, { minLength: 1, maxLength: 4 }),
      fc.array(ballotArbitrary, { minLength: 1, maxLength: 7 }),
      fc.integer({ min: 1, max: 4 }),
      settingArbitrary,
      async (turns, ballots, count, settings) => {
        let said = 0;
        const models = Array.from({ length: count }, () =>
          scriptedModel((request) => {
            said += 1;
            return replyTo(request, ballots[said % ballots.length] ?? "vote", `word ${said}`);
          }),
        );
        const agents = models.map((model, n) => ({ id: `agent-${n}`, model, systemMessage: `You are number ${n}.` }));
        const team = createTeam({ agents });
        /** The prompts of the turn before, by agent and purpose. */
        let before = new Map<string, readonly ChatRequest[]>();
        for (let turn = 0; turn <= turns.length; turn += 1) {
          const known = models.map((model) => model.requests.length);
          const messages = [...beginning, ...turns.slice(0, turn).flat()];
          let ended = "";
          for await (const { type } of team.run({ ...settings, messages })) ended = type;
          expect(ended).toBe("run-finished");
          before = compare(before, models, known, messages, seen);
        }
      },
    );
    await fc.assert(property, { numRuns: 300, seed });
    for (const kind of [
      "answer, added 0",
      "answer, added 1",
      "ballot, added 1",
      "ballot of known tools",
      "asked again",
    ])
      expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(0);
  });
});

/** Compares the prompts of a turn with those of the one before, and returns them. */
function compare(
  before: ReadonlyMap<string, readonly ChatRequest[]>,
  models: readonly ScriptedModel[],
  known: readonly number[],
  messages: readonly Message[],
  seen: Map<string, number>,
): Map<string, readonly ChatRequest[]> {
  const now = new Map<string, readonly ChatRequest[]>();
  const count = (kind: string): unknown => seen.set(kind, (seen.get(kind) ?? 0) + 1);
  for (const [n, model] of models.entries()) {
    const requests = model.requests.slice(known[n]);
    for (const [purpose, some] of Map.groupBy(requests, purposeOf)) {
      const key = `${n} ${purpose}`;
      now.set(key, some);
      const earlier = before.get(key) ?? [];
      for (const request of some) {
        count(`${purpose}, added ${request.prefix?.added}`);
        if (request.retryOf) count("asked again");
        // All of the conversation, and nothing that only this call knows.
        expect(shared(request).slice(-messages.length)).toEqual(messages);
        expect(JSON.stringify(shared(request))).not.toMatch(/k=[A-Z2-7]{10}/);
        for (const other of [...earlier, ...some]) {
          expect(request.prefix?.key).toBe(other.prefix?.key);
          expect(JSON.stringify(shared(request)).startsWith(JSON.stringify(shared(other)).slice(0, -1))).toBe(true);
          const sameTools = purpose === "answer" || ballotKind(request) === ballotKind(other);
          if (sameTools) expect(JSON.stringify(request.tools)).toBe(JSON.stringify(other.tools));
          if (purpose === "ballot" && sameTools && earlier.includes(other)) count("ballot of known tools");
          expect(JSON.stringify(request.responseFormat)).toBe(JSON.stringify(other.responseFormat));
        }
      }
    }
  }
  const keys = [...now.values()].map(([first]) => first?.prefix?.key);
  expect(new Set(keys).size).toBe(keys.length);
  return now;
}

/** How many candidates a ballot shows, and whether it offers a new answer. */
const ballotKind = (request: ChatRequest): string => `${answersIn(request).size} ${request.tools?.length}`;
