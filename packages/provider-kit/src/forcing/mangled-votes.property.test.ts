import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import { createLadder, type Descent, type Ladder } from "./ladder.ts";
import { createOfferedAnswer } from "./offered-answer.ts";
import { rungs, type Rung } from "./rung.ts";

const parameters = {
  type: "object",
  properties: { agent_id: { type: "string" }, reason: { type: "string" } },
  required: ["agent_id", "reason"],
};
const request: ChatRequest = {
  messages: [{ role: "user", content: "?" }],
  tools: [
    { name: "vote", parameters },
    { name: "new_answer", parameters: { properties: { content: {} } } },
  ],
  toolChoice: "required",
  parallelToolCalls: false,
};

/** A vote, and what may stand in its reason: what the notations use as marks among it. */
const votes = fc.record({
  agent_id: fc.constantFrom("agent1", "agent2", "agent12"),
  reason: fc
    .array(fc.constantFrom("clear", " ", "it's", '"quoted"', "(a)", "{b}", "[c]", "vote", ",", ".", "ü"), {
      maxLength: 8,
    })
    .map((words) => words.join("")),
});
type Vote = typeof votes extends fc.Arbitrary<infer V> ? V : never;
const json = JSON.stringify;

const names = ["vote", "functions.vote", "default_api.vote", "vote<|channel|>commentary", "vote:0", "vote ", '"vote"'];
const coats: readonly ((vote: Vote) => string)[] = [
  json,
  (vote) => json(json(vote)),
  (vote) => json({ arguments: vote }),
  (vote) => json({ parameters: json(vote) }),
  (vote) => json({ name: "vote", arguments: vote }),
];
const python = ({ agent_id, reason }: Vote): string => `agent_id=${json(agent_id)}, reason=${json(reason)}`;
const notations: readonly ((vote: Vote) => string)[] = [
  (vote) => json({ name: "vote", arguments: vote }),
  (vote) => `\`\`\`json\n${json({ tool: "vote", arguments: vote })}\n\`\`\``,
  (vote) => `<tool_call>\n${json({ name: "vote", arguments: vote })}\n</tool_call>`,
  (vote) => `[TOOL_CALLS][${json({ name: "vote", arguments: vote })}]`,
  (vote) => `[TOOL_CALLS]vote${json(vote)}`,
  (vote) => `<function=vote>${json(vote)}</function>`,
  (vote) =>
    `<function=vote>\n<parameter=agent_id>\n${vote.agent_id}\n</parameter>\n<parameter=reason>\n${vote.reason}\n</parameter>\n</function>`,
  (vote) => `<|python_tag|>${json({ name: "vote", parameters: vote })}`,
  (vote) => `<｜tool▁call▁begin｜>vote<｜tool▁sep｜>${json(vote)}<｜tool▁call▁end｜>`,
  (vote) => `<|tool_call_begin|>functions.vote:0<|tool_call_argument_begin|>${json(vote)}<|tool_call_end|>`,
  (vote) => `vote(${python(vote)})`,
  (vote) => `[vote(${python(vote)})]`,
];

function begin(ladder: Ladder, asked: ChatRequest = request): Descent {
  const descent = ladder.begin(asked);
  if (descent === undefined) throw new Error("nothing is forced");
  return descent;
}

function votesIn(events: readonly ModelEvent[]): unknown[] {
  return events.flatMap((event) =>
    event.type === "tool-call" && event.name === "vote" ? [JSON.parse(event.arguments) as unknown] : [],
  );
}

test("a model that mangles its calls in any of these ways loses no vote, and stays on its rung", () => {
  const mangled = fc.oneof(
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...coats)).map(([name, coat]) => (vote: Vote): ModelEvent => ({
      type: "tool-call",
      id: "c",
      name,
      arguments: coat(vote),
    })),
    fc.constantFrom(...notations).map((notation) => (vote: Vote): ModelEvent => ({
      type: "text-delta",
      text: notation(vote),
    })),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(mangled, votes), { minLength: 1, maxLength: 4 }), (replies) => {
      const ladder = createLadder(rungs);
      for (const [mangle, vote] of replies) {
        const descent = begin(ladder);
        expect(descent.rung()).toBe("forced");
        const { take } = descent.answer(1);
        expect(votesIn([...take(mangle(vote)), ...take({ type: "finish", reason: "stop" })])).toEqual([vote]);
      }
    }),
  );
});

test("no text is lost or changed that is no call, however it is cut", () => {
  const words = fc.constantFrom(
    "<tool_call>",
    "vote",
    "(",
    "{",
    '"',
    "[TOOL_CALLS]",
    "text ",
    "<",
    "}",
    "<|python_tag|>",
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 12 }), (pieces) => {
      const { take } = createOfferedAnswer({ ...request, toolChoice: "auto" }, 1);
      const events = [
        ...pieces.map((text): ModelEvent => ({ type: "text-delta", text })),
        { type: "finish", reason: "stop" } as const,
      ].flatMap(take);
      expect(votesIn(events)).toEqual([]);
      expect(events.map((event) => (event.type === "text-delta" ? event.text : "")).join("")).toBe(pieces.join(""));
    }),
  );
});

// A run that got no vote may cost the next one a call more: that begins on the way below, which a service may refuse.
// To hold back its repetition for that would cost votes of models that answer now so, now so. So the bound is: two
// replies for each run, one rejection of each rung in a model's life; and from the first vote on no more calls than in
// the run before.
test("whatever a service does on each rung: once a run got its vote, later ones get it with no more calls, in the end with one", () => {
  type Manner = "usable" | "words" | "malformed" | "other" | "length" | "rejected";
  const manners = fc.record(
    Object.fromEntries(
      rungs.map((rung) => [
        rung,
        fc.constantFrom<Manner>("usable", "words", "malformed", "other", "length", "rejected"),
      ]),
    ) as Record<Rung, fc.Arbitrary<Manner>>,
  );
  fc.assert(
    fc.property(manners, (mannerOn) => {
      const ladder = createLadder(rungs);
      let before = Infinity;
      let voted = false;
      let allRejected = 0;
      for (let run = 0; run < 10; run += 1) {
        const { calls, rejected, usable } = runOf(ladder, mannerOn);
        allRejected += rejected;
        expect(calls - rejected).toBeLessThanOrEqual(2);
        expect(allRejected).toBeLessThan(rungs.length);
        if (voted) expect(calls).toBeLessThanOrEqual(before);
        expect(usable || !voted).toBe(true);
        voted ||= usable;
        before = calls;
      }
      if (voted) expect(before).toBe(1);
      if (mannerOn.text === "usable") expect(voted).toBe(true);
    }),
  );

  /** A question, and its repetition where there was no call. */
  function runOf(ladder: Ladder, mannerOn: Record<Rung, Manner>): { calls: number; rejected: number; usable: boolean } {
    let calls = 0;
    let rejected = 0;
    for (const asked of [request, { ...request, retryOf: { problem: "p" } }]) {
      const descent = begin(ladder, asked);
      calls += 1;
      const message = "tool_choice, tools and response_format are not supported";
      while (mannerOn[descent.rung()] === "rejected" && descent.rejected({ message, status: 400 })) {
        calls += 1;
        rejected += 1;
      }
      const manner = mannerOn[descent.rung()];
      if (manner === "rejected") break;
      const { take } = descent.answer(1);
      const args = manner === "usable" ? '{"agent_id":"agent1","reason":""}' : "{";
      if (manner === "usable" || manner === "malformed")
        take({ type: "tool-call", id: "c", name: "vote", arguments: args });
      take({ type: "finish", reason: manner === "other" || manner === "length" ? manner : "stop" });
      if (manner === "usable") return { calls, rejected, usable: true };
    }
    return { calls, rejected, usable: false };
  }
});
