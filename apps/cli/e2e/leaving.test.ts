// What happens upstream when a client leaves, or a run is over, in every state that a call can be in.
import { describe, expect, it } from "vitest";
import { gated, hang, hangMidStream, httpError, text, vote } from "@massgen/upstream";
import { messageOf, metadataOf, question } from "./completion.ts";
import { draftOf, labelOf, teamScript } from "./script.ts";
import { openaiTeam, serveTeam, type Served } from "./team.ts";

/** A request that the test can leave, and what came of it so far. */
function leavable(served: Served, stream: boolean) {
  const gone = new AbortController();
  const response = fetch(`${served.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ messages: question, stream }),
    signal: gone.signal,
  });
  const body = response.then(async ({ body: stream }) => {
    let received = "";
    for await (const piece of stream ?? []) {
      received += Buffer.from(piece).toString();
      for (const [words, seen] of waiting) if (received.includes(words)) seen();
    }
  });
  const waiting = new Map<string, () => void>();
  const status = response.then((head) => head.status);
  status.catch(() => undefined);
  return {
    status,
    /** Resolves when these words have arrived. */
    reads: (words: string) => new Promise<void>((seen) => waiting.set(words, seen)),
    leave: async () => {
      gone.abort();
      await expect(body).rejects.toThrow("aborted");
    },
  };
}

/** A whole run of another client, after which the server has started everything that it would have started. */
async function another(served: Served): Promise<void> {
  await served.client.chat.completions.create({ model: "massgen", messages: question });
}

/** All calls so far were closed from our side. */
function expectClosed(served: Served): void {
  for (const { state } of served.upstream.calls) expect(state).toBe("aborted-by-client");
}

const solo = "agent: { id: solo, backend: { type: openai, model: gpt-4o } }\n";

describe("a client that leaves", () => {
  it.each([true, false])("before the first token (streamed: %s)", async (stream) => {
    await using served = await serveTeam(() => hang(), { config: solo });
    const client = leavable(served, stream);
    await served.upstream.waitForCall(() => true);
    await client.leave();
    await served.upstream.idle();
    expect(served.upstream.calls).toHaveLength(1);
    expectClosed(served);
  });

  it("in the middle of the content", async () => {
    await using served = await serveTeam(() => hangMidStream("Half an answer"), { config: solo });
    const client = leavable(served, true);
    await client.reads("Half an answer");
    await client.leave();
    await served.upstream.idle();
    expect(served.upstream.calls).toHaveLength(1);
    expectClosed(served);
  });

  it("in the middle of content that it does not see yet", async () => {
    await using served = await serveTeam(() => hangMidStream("Half an answer"), { config: solo });
    const client = leavable(served, false);
    await served.upstream.waitForCall(() => true);
    await client.leave();
    await served.upstream.idle();
    expectClosed(served);
  });

  it("while it waits for a place: its run never starts", async () => {
    const gate = Promise.withResolvers<void>();
    await using served = await serveTeam(
      (call) => gated(text("yes"), call.n === 1 ? gate.promise : Promise.resolve()),
      {
        config: solo,
        args: ["--max-concurrent-runs", "1", "--queue", "1"],
      },
    );
    const running = another(served);
    await served.upstream.waitForCall(() => true);
    // There is one place to wait: when one of two is refused, the other one waits.
    const clients = [leavable(served, false), leavable(served, false)];
    const refused = await Promise.race(clients.map(async (client) => ({ client, status: await client.status })));
    expect(refused.status).toBe(429);
    await clients.find((client) => client !== refused.client)?.leave();
    gate.resolve();
    await running;
    await another(served);
    expect(served.upstream.calls).toHaveLength(2);
  });

  it("during the wait before a retry: the retry is not made", async () => {
    const refused = (seconds: string) => httpError(429, undefined, { "retry-after": seconds });
    await using served = await serveTeam((call) => (call.n < 3 ? refused(`${call.n}`) : text("yes")), { config: solo });
    const client = leavable(served, true);
    await client.reads("Trying again in");
    await client.leave();
    // This one's own retry comes after the other's would have been due.
    await another(served);
    expect(served.upstream.calls).toHaveLength(3);
  });
});

describe("a run that is decided", () => {
  it("by an early stop closes the outstanding ballots before it answers", async () => {
    const allVote = Promise.withResolvers<void>();
    await using served = await serveTeam(
      teamScript({
        ballot: (call) => {
          if (call.model === "c-model") return hang();
          return gated(vote(labelOf(call, draftOf("b-model")), "it is right"), allVote.promise);
        },
      }),
      { config: openaiTeam(["a", "b", "c"], "orchestrator: { self_votes: allow, final_answer: select }\n") },
    );
    const asked = served.client.chat.completions.create({ model: "massgen", messages: question });
    await served.upstream.waitForCall((call) => call.phase === "ballot" && call.model === "c-model");
    allVote.resolve();
    const answer = await asked;
    expect(messageOf(answer).content).toBe(draftOf("b-model"));
    await served.upstream.idle();
    const ballots = served.upstream.calls.filter((call) => call.phase === "ballot");
    expect(ballots.find((call) => call.model === "c-model")?.state).toBe("aborted-by-client");
    expect(served.upstream.calls).toHaveLength(6);
  });

  it("at its deadline closes open calls and starts no others", async () => {
    await using served = await serveTeam(
      teamScript({ draft: (call) => (call.model === "a-model" ? text(draftOf("a-model")) : hang()) }),
      { config: openaiTeam(["a", "b"], "timeout_settings: { orchestrator_timeout_seconds: 8 }\n") },
    );
    const answer = await served.client.chat.completions.create({ model: "massgen", messages: question });
    expect(metadataOf(answer)).toMatchObject({ outcome: "single", degraded: true, reasons: ["deadline"] });
    await served.upstream.idle();
    expect(served.upstream.calls.map((call) => [call.model, call.state])).toEqual([
      ["a-model", "finished"],
      ["b-model", "aborted-by-client"],
    ]);
  });

  it("without a straggler closes its call", async () => {
    await using served = await serveTeam(
      teamScript({
        draft: (call) => (call.model === "c-model" ? hang() : text(draftOf(call.model))),
        votesFor: "a-model",
      }),
      { config: openaiTeam(["a", "b", "c"], "orchestrator: { quorum: 2, straggler_grace_seconds: 0.05 }\n") },
    );
    const answer = await served.client.chat.completions.create({ model: "massgen", messages: question });
    expect(metadataOf(answer)).toMatchObject({ degraded: true, reasons: ["straggler-dropped"] });
    await served.upstream.idle();
    const [straggler, ...others] = served.upstream.calls.filter((call) => call.model === "c-model");
    expect([straggler?.state, others]).toEqual(["aborted-by-client", []]);
  });
});
