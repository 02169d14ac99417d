// Which agents of a team of five are called where answers can be equal.
import { text, toolCalls, type UpstreamCall, vote } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { messageOf, metadataOf, question } from "./completion.ts";
import { draftOf, labelOf, teamScript } from "./script.ts";
import { openaiTeam, serveTeam, type Served } from "./team.ts";

const ids = ["a", "b", "c", "d", "e"];
const look = toolCalls([{ name: "look", arguments: { at: "the sky" }, id: "call_1" }]);
const tools = [
  {
    type: "function" as const,
    function: { name: "look", parameters: { type: "object", properties: { at: { type: "string" } } } },
  },
];

const serve = (script: Parameters<typeof teamScript>[0], orchestrator = ""): Promise<Served> =>
  serveTeam(teamScript(script), { config: openaiTeam(ids, orchestrator) });
const ask = (served: Served, more: object = { tools }) =>
  served.client.chat.completions.create({ model: "massgen", messages: question, ...more });
/** Each agent with what became of it. */
const statuses = (answer: Parameters<typeof metadataOf>[0]): readonly { id: string; status: string }[] =>
  metadataOf(answer)["agents"] as { id: string; status: string }[];
const drafted = (calls: readonly UpstreamCall[]): string[] =>
  calls
    .filter(({ phase }) => phase === "draft")
    .map(({ model }) => model.slice(0, 1))
    .toSorted();

describe("with tools, more than half of the agents are called", () => {
  it("and nobody else, if they agree: metadata, trace and metrics say so", async () => {
    await using served = await serve({ draft: () => look });
    const answer = await ask(served);
    const { message, finish_reason: reason } = answer.choices[0] ?? {};
    expect(reason).toBe("tool_calls");
    expect(message?.tool_calls).toMatchObject([{ function: { name: "look", arguments: '{"at":"the sky"}' } }]);
    const called = drafted(served.upstream.calls);
    expect(called).toHaveLength(3);
    const others = ids.filter((id) => !called.includes(id));

    expect(metadataOf(answer)).toMatchObject({
      outcome: "majority",
      degraded: false,
      calls: { made: 3, aborted: 0, saved: { agreement: 6, early_stop: 0, lazy: 2 } },
    });
    const spared = statuses(answer).filter(({ status }) => status === "not-needed");
    expect(spared.map(({ id }) => id)).toEqual(others);
    const trace = messageOf(answer).reasoning_content ?? "";
    expect(trace).toContain(`[orchestrator] ${others.join(", ")} draft only if the others do not agree\n`);
    for (const id of others) expect(trace).toContain(`[${id}] Not asked: 3 of 5 already agree\n`);
    for (const id of others) expect(trace).not.toContain(`[${id}] Drafting`);
    const metrics = await (await fetch(`${served.url}/metrics`)).text();
    expect(metrics).toContain('massgen_calls_saved_total{reason="lazy"} 2\n');
  });

  it("the same ones in all turns of a conversation", async () => {
    await using served = await serve({ draft: () => look });
    const first = await ask(served);
    const one = drafted(served.upstream.calls);
    const { message } = first.choices[0] ?? {};
    const result = { role: "tool" as const, tool_call_id: message?.tool_calls?.[0]?.id ?? "", content: "blue" };
    const before = served.upstream.calls.length;
    await ask(served, { tools, messages: [...question, { ...message, role: "assistant" as const }, result] });
    expect(drafted(served.upstream.calls.slice(before))).toEqual(one);
  });

  it("and the others at once, if they do not", async () => {
    await using served = await serve({
      draft: (call) => (call.attempt === 1 ? text(draftOf(call.model)) : look),
      ballot: (call) => vote(labelOf(call, draftOf("a-model")), "it is right"),
    });
    const answer = await ask(served);
    expect(drafted(served.upstream.calls)).toEqual(ids);
    expect(statuses(answer).every(({ status }) => status === "completed")).toBe(true);
    expect(messageOf(answer).reasoning_content).toMatch(
      /\[orchestrator\] Asking [a-e], [a-e] as well: the first answers do not agree\n/,
    );
  });
});

it("with a response format too", async () => {
  await using served = await serve({ draft: () => text('{"n": 1}') });
  const answer = await ask(served, { response_format: { type: "json_object" } });
  expect(messageOf(answer).content).toBe('{"n": 1}');
  expect(metadataOf(answer)).toMatchObject({ calls: { made: 3, saved: { lazy: 2 } } });
});

it.each([
  ["prose", "", {}, 5],
  ["tools, lazy: off", "orchestrator: { lazy: off }\n", { tools }, 5],
  ["prose, lazy: on", "orchestrator: { lazy: on }\n", {}, 3],
])("%s", async (_, orchestrator, more, made) => {
  await using served = await serve({ draft: () => text("42") }, orchestrator);
  const answer = await ask(served, more);
  expect(metadataOf(answer)).toMatchObject({ calls: { made } });
  expect(messageOf(answer).content).toBe("42");
});

it("exhaustive: everybody drafts and votes, and agreement decides", async () => {
  await using served = await serve({ draft: () => look }, "orchestrator: { exhaustive: true }\n");
  const answer = await ask(served);
  expect(answer.choices[0]?.finish_reason).toBe("tool_calls");
  expect(metadataOf(answer)).toMatchObject({ outcome: "majority", calls: { made: 10, aborted: 0 } });
  expect(metadataOf(answer)["votes"]).toHaveLength(5);
});
