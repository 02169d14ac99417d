import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunRequest } from "@massgen/core";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { isBallot, promptOf, refusal, streamed, teamAgainst } from "../../fixtures/scripted-service.ts";

// Whole runs of a team against services that refuse what they like and mangle the rest.

const numRuns = Number(process.env["FC_RUNS"] ?? 30);

const fields = ["seed", "temperature", "top_p", "reasoning_effort", "stream_options", "stop", "presence_penalty"];
const beside = (what: (body: JsonObject) => boolean, name: string) => (body: JsonObject) => name in body && what(body);

const faults: readonly ((body: JsonObject) => boolean)[] = [
  ...fields.map((field) => beside(() => true, field)),
  ...fields.map((field) => beside((body) => "tools" in body, field)),
  (body) => "tools" in body,
  (body) => "response_format" in body,
  (body) => "tool_choice" in body && body["tool_choice"] !== "auto",
  (body) => "tools" in body && body["thinking"] === undefined,
  (body) => "tools" in body && "parallel_tool_calls" in body,
  (body) => body["stream"] === true,
  (body) => Number(body["max_tokens"]) > 4096,
  (body) => promptOf(body).includes("You are") && JSON.stringify(body["messages"]).includes('"role":"system"'),
];
const words = [
  "",
  "Bad Request",
  "Internal error",
  ...fields.map((field) => `Unsupported parameter: ${field}`),
  ...fields.map((field) => `${field} cannot be used with this model`),
  "tools are not supported",
  "tool_choice is not supported in thinking mode",
  "tool_choice 'required' is not supported",
  "response_format is not supported",
  "stream is not supported",
  "System role not supported",
  "max_tokens must be at most 4096",
];
const rule = fc.record({
  refuses: fc.constantFrom(...faults),
  status: fc.constantFrom(400, 400, 422, 500),
  says: fc.constantFrom(...words),
});

type Manner = "call" | "words" | "coated" | "half" | "cut early" | "malformed";
const manner = fc.constantFrom<Manner>("call", "words", "coated", "half", "cut early", "malformed");
const manners = fc.record({ forced: manner, instructed: manner, schema: manner, text: manner });
type Manners = typeof manners extends fc.Arbitrary<infer M> ? M : never;

function rungOf(body: JsonObject): keyof Manners {
  if ("tools" in body) return body["tool_choice"] === "auto" ? "instructed" : "forced";
  return "response_format" in body ? "schema" : "text";
}

function answered(body: JsonObject, mannerOn: Manners): Response {
  const who = /You are (\w+)/.exec(promptOf(body))?.[1] ?? "nobody";
  if (!isBallot(body)) return shaped(body, { content: `An answer of ${who}` });
  const vote = JSON.stringify({ agent_id: "agent1", reason: "clear" });
  const call = (args: string): object => ({
    tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "vote", arguments: args } }],
  });
  const written = rungOf(body) === "schema" || rungOf(body) === "text";
  const said = (args: string): object => (written ? { content: `{"tool":"vote","arguments":${args}` } : call(args));
  switch (mannerOn[rungOf(body)]) {
    case "call":
      return shaped(body, written ? { content: `{"tool":"vote","arguments":${vote}}` } : call(vote));
    case "coated":
      return shaped(body, written ? { content: `\`\`\`\n${vote}\n\`\`\`` } : call(JSON.stringify(vote)));
    case "words":
      return shaped(body, { content: "I like the first one." });
    case "half":
      return shaped(body, said('{"agent_id":"agent1","reason":"it is'), "length");
    case "cut early":
      return shaped(body, said('{"agent'), "length");
    case "malformed":
      return shaped(body, said("{"));
  }
}

function shaped(body: JsonObject, delta: object, finish_reason = "stop"): Response {
  if (body["stream"] === true) return streamed(delta, finish_reason);
  return new Response(JSON.stringify({ choices: [{ index: 0, message: delta, finish_reason }] }));
}

const sampling = { seed: 1, temperature: 0.5, topP: 0.5, stop: ["x"], presencePenalty: 0.5, maxOutputTokens: 9000 };
const request: RunRequest = { messages: [{ role: "user", content: "Why?" }], sampling };

interface Count {
  readonly calls: number;
  readonly refused: number;
  readonly votes: number;
}

/** Counts runs of one request after another. */
function counter(rules: readonly (typeof rule extends fc.Arbitrary<infer R> ? R : never)[], mannerOn: Manners) {
  let refused = 0;
  const bodies: JsonObject[] = [];
  const run = teamAgainst((body) => {
    bodies.push(body);
    const found = rules.find(({ refuses }) => refuses(body));
    if (found === undefined) return answered(body, mannerOn);
    refused += 1;
    return refusal(found.status, found.says);
  });
  return {
    bodies,
    next: async (): Promise<Count> => {
      refused = 0;
      const played = await run(request);
      return { calls: played.bodies.length, refused, votes: played.result?.receipt.votes.length ?? 0 };
    },
  };
}

// A voter without a vote is asked once more in its run, and in the next run in the way below those that came to
// nothing. A service may refuse that way, which it can do once, and where it brings votes there is a final answer to
// write: three drafts, two questions for each voter and the final answer are the most that such a run may have
// answered.
test("one more run never makes more calls than the run before, if that had all votes, and has all votes itself", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { maxLength: 3 }), manners, async (rules, mannerOn) => {
      const { next } = counter(rules, mannerOn);
      let before: Count = { calls: Infinity, refused: Infinity, votes: 0 };
      for (let again = 0; again < 4; again += 1) {
        const now = await next();
        expect(now.calls - now.refused).toBeLessThanOrEqual(10);
        if (before.votes === 3) {
          expect(now.calls).toBeLessThanOrEqual(before.calls);
          expect(now.votes).toBe(3);
        }
        before = now;
      }
    }),
    { numRuns },
  );
});

test("in the end a run makes the calls that it needs: three drafts, three votes, one answer", async () => {
  const honest = rule.filter(({ says, status, refuses }) => {
    const named = fields.find((field) => says.includes(field));
    const at = faults.indexOf(refuses);
    return status !== 500 && named !== undefined && at < 2 * fields.length && fields[at % fields.length] === named;
  });
  const usable = fc.record({ forced: manner, instructed: manner, schema: fc.constant<Manner>("call"), text: manner });
  await fc.assert(
    fc.asyncProperty(fc.array(honest, { maxLength: 3 }), usable, async (rules, mannerOn) => {
      const { next } = counter(rules, mannerOn);
      let last = await next();
      for (let again = 0; again < 4; again += 1) last = await next();
      expect(last).toEqual({ calls: 7, refused: 0, votes: 3 });
    }),
    { numRuns },
  );
});

test("what is refused beside tools only is still sent in drafts, whatever the words", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("stream_options", "seed"), fc.constantFrom(400, 500), async (field, status) => {
      for (const says of [
        `Unsupported parameter: ${field}`,
        `${field} is not supported by this model`,
        "Bad Request",
      ]) {
        const run = teamAgainst(
          (body) =>
            field in body && "tools" in body
              ? refusal(status, says)
              : answered(body, { forced: "call", instructed: "call", schema: "call", text: "call" }),
          "openai",
        );
        for (let again = 0; again < 3; again += 1) {
          const { bodies, result } = await run(request);
          expect(result?.receipt.votes).toHaveLength(3);
          const drafts = bodies.filter((body) => !isBallot(body));
          expect(drafts.every((body) => field in body)).toBe(true);
        }
      }
    }),
    { numRuns: 8 },
  );
});
