// How many calls a run makes, which of them run at the same time, and which are aborted.
import { describe, expect, it } from "vitest";
import { gated, text, type UpstreamCall, vote } from "@massgen/upstream";
import { messageOf, metadataOf, question } from "./completion.ts";
import { draftOf, labelOf, teamScript } from "./script.ts";
import { openaiTeam, serveTeam } from "./team.ts";

/**
 * How many waves of calls there were: a call belongs to the next wave when it began after all of the last had ended.
 */
function sequence(calls: readonly UpstreamCall[]): string[][] {
  const waves: UpstreamCall[][] = [];
  for (const call of calls) {
    const wave = waves.at(-1);
    if (wave?.every((earlier) => (earlier.endedAt ?? Infinity) > call.startedAt)) wave.push(call);
    else waves.push([call]);
  }
  return waves.map((wave) => wave.map((call) => call.phase));
}

describe("the documented team", () => {
  it("makes 5 calls, 3 in sequence: drafts side by side, ballots side by side, one presentation", async () => {
    const drafts = Promise.withResolvers<void>();
    const ballots = Promise.withResolvers<void>();
    await using served = await serveTeam(
      teamScript({
        draft: (call) => gated(text(draftOf(call.model)), drafts.promise),
        ballot: (call) => gated(vote(labelOf(call, draftOf("gpt-4o")), "it is right"), ballots.promise),
      }),
    );
    const answer = served.client.chat.completions.create({ model: "massgen", messages: question });
    // Both must be out before either may answer.
    for (const wire of ["openai", "gemini"]) await served.upstream.waitForCall((call) => call.wire === wire);
    drafts.resolve();
    for (const wire of ["openai", "gemini"]) {
      await served.upstream.waitForCall((call) => call.wire === wire && call.phase === "ballot");
    }
    ballots.resolve();
    expect(metadataOf(await answer)).toMatchObject({ calls: { made: 5, aborted: 0, failed: 0 } });
    expect(sequence(served.upstream.calls)).toEqual([["draft", "draft"], ["ballot", "ballot"], ["presentation"]]);
  });

  it("makes 2 calls, 1 in sequence, when the drafts are equal", async () => {
    const drafts = Promise.withResolvers<void>();
    await using served = await serveTeam(teamScript({ draft: () => gated(text("100"), drafts.promise) }));
    const asked = served.client.chat.completions.create({ model: "massgen", messages: question });
    for (const wire of ["openai", "gemini"]) await served.upstream.waitForCall((call) => call.wire === wire);
    drafts.resolve();
    const answer = await asked;
    expect(messageOf(answer).content).toBe("100");
    expect(messageOf(answer).reasoning_content).toContain("2 of 2 agents gave the same answer: no vote needed");
    expect(sequence(served.upstream.calls)).toEqual([["draft", "draft"]]);
    expect(metadataOf(answer)).toMatchObject({ outcome: "unanimous", calls: { made: 2, saved: { agreement: 3 } } });
  });
});

describe("a team of three", () => {
  it("decides early: the outstanding ballot is aborted upstream and counted as saved", async () => {
    const cBallot = Promise.withResolvers<void>();
    await using served = await serveTeam(
      teamScript({
        ballot: (call) =>
          call.model === "c-model"
            ? gated(vote(labelOf(call, draftOf("b-model")), "too late"), call.closed)
            : gated(vote(labelOf(call, draftOf("c-model")), "it is the best"), cBallot.promise),
      }),
      { config: openaiTeam(["a", "b", "c"]) },
    );
    const answer = served.client.chat.completions.create({ model: "massgen", messages: question });
    await served.upstream.waitForCall((call) => call.phase === "ballot" && call.model === "c-model");
    cBallot.resolve();
    const done = await answer;
    expect(metadataOf(done)).toMatchObject({
      outcome: "unanimous",
      winner: "c",
      degraded: false,
      calls: { made: 7, aborted: 1, saved: { early_stop: 1 } },
    });
    const ballot = await served.upstream.waitForCall(
      (call) => call.model === "c-model" && call.state === "aborted-by-client",
    );
    expect(ballot.phase).toBe("ballot");
    expect(messageOf(done).reasoning_content).toContain("[c] Vote not needed: the result is certain\n");
  });

  it("agrees two to one: the third draft is aborted and the vote skipped", async () => {
    await using served = await serveTeam(
      teamScript({ draft: (call) => (call.model === "c-model" ? gated(text("no"), call.closed) : text("yes")) }),
      { config: openaiTeam(["a", "b", "c"]) },
    );
    const answer = await served.client.chat.completions.create({ model: "massgen", messages: question });
    expect(messageOf(answer).content).toBe("yes");
    expect(metadataOf(answer)).toMatchObject({ outcome: "majority", calls: { made: 3, aborted: 1 } });
    expect(messageOf(answer).reasoning_content).toContain("[c] Draft not needed: 2 of 3 already agree\n");
    await served.upstream.waitForCall((call) => call.state === "aborted-by-client");
  });
});

describe("a single agent", () => {
  it("makes one call and passes its stream through", async () => {
    await using served = await serveTeam(teamScript({ draft: () => text("one two three", { chunks: 3 }) }), {
      config: "agent: { id: only, backend: { type: openai, model: gpt-4o } }\n",
    });
    const stream = await served.client.chat.completions.create({ model: "massgen", messages: question, stream: true });
    const pieces: string[] = [];
    for await (const chunk of stream) {
      const content = chunk.choices[0]?.delta.content;
      if (content) pieces.push(content);
    }
    expect(pieces).toHaveLength(3);
    expect(pieces.join("")).toBe("one two three");
    expect(served.upstream.calls).toHaveLength(1);
  });
});

describe("what an agent is sent", () => {
  it("is the client's conversation with its roles, the agent's own instruction first, and the client's sampling", async () => {
    await using served = await serveTeam(teamScript({}), {
      config: `agents:
  - { id: a, system_message: Be brief., backend: { type: openai, model: gpt-4o, temperature: 0.2 } }
  - { id: b, backend: { type: gemini, model: gemini-2.5-flash } }
`,
    });
    await served.client.chat.completions.create({
      model: "massgen",
      messages: [
        { role: "developer", content: "Answer in French." },
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Bonjour" },
        {
          role: "user",
          content: [
            { type: "text", text: "And " },
            { type: "text", text: "goodbye?" },
          ],
        },
      ],
      temperature: 0.9,
      top_p: 0.5,
    });
    const draft = served.upstream.calls.find((call) => call.phase === "draft" && call.wire === "openai");
    expect(draft?.messages).toEqual([
      { role: "system", text: "Be brief." },
      { role: "system", text: "Answer in French." },
      { role: "user", text: "Hello" },
      { role: "assistant", text: "Bonjour" },
      { role: "user", text: "And goodbye?" },
    ]);
    expect(draft?.body).toMatchObject({ temperature: 0.2, top_p: 0.5 });
    const other = served.upstream.calls.find((call) => call.phase === "draft" && call.wire === "gemini");
    expect(other?.body).toMatchObject({ generationConfig: { temperature: 0.9, topP: 0.5 } });
    const ballot = served.upstream.calls.find((call) => call.phase === "ballot" && call.wire === "gemini");
    expect(ballot?.body).not.toHaveProperty("generationConfig.temperature");
    // No agent ever learns who wrote what.
    expect(JSON.stringify(served.upstream.calls.map((call) => call.body))).not.toMatch(/research-agent|"a"|"b"/);
  });
});
