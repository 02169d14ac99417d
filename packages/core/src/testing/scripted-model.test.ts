import { describe, expect, it } from "vitest";
import { MassgenError } from "../errors.ts";
import type { ModelEvent } from "../model/model-event.ts";
import { answersIn, labelOf, phaseOf, scriptedModel } from "./scripted-model.ts";

const messages = [{ role: "user", content: "Hi" }] as const;

async function eventsOf(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe("a scripted model", () => {
  it("answers by request and count, and remembers the requests", async () => {
    const model = scriptedModel((_, n) => ({ pieces: [`${n}`, "!"], reasoning: "hm", usage: { inputTokens: n } }));
    await eventsOf(model.stream({ messages }));
    expect(await eventsOf(model.stream({ messages }))).toEqual([
      { type: "reasoning-delta", text: "hm" },
      { type: "text-delta", text: "2" },
      { type: "text-delta", text: "!" },
      { type: "finish", reason: "stop", usage: { inputTokens: 2 } },
    ]);
    expect(model.requests).toHaveLength(2);
  });

  it("sends nothing before it is asked, nor for a signal that is already aborted", async () => {
    const model = scriptedModel(() => "yes");
    model.stream({ messages });
    await expect(eventsOf(model.stream({ messages, signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: "aborted",
    });
    expect([model.requests.length, model.aborted()]).toEqual([0, 0]);
  });

  it("ends with aborted while it waits", async () => {
    const model = scriptedModel(() => ({ text: "never", after: new Promise(() => {}) }));
    const abort = new AbortController();
    const events = eventsOf(model.stream({ messages, signal: abort.signal }));
    abort.abort();
    await expect(events).rejects.toMatchObject({ code: "aborted" });
    expect(model.aborted()).toBe(1);
  });

  it("throws its error after its text", async () => {
    const error = new MassgenError("connection", "it broke");
    const seen: ModelEvent[] = [];
    const read = async (): Promise<void> => {
      const model = scriptedModel(() => ({ text: "half", error }));
      for await (const event of model.stream({ messages })) seen.push(event);
    };
    await expect(read()).rejects.toBe(error);
    expect(seen).toEqual([{ type: "text-delta", text: "half" }]);
  });
});

describe("reading a request", () => {
  const block =
    "<CURRENT ANSWERS>\n<agent1>\none\n\nmore\n</agent1>\n<agent2>\ntwo\n</agent2>\n</CURRENT ANSWERS>\n\nNow.";
  const shown = { messages: [...messages, { role: "user", content: block }] } as const;

  it("knows the answers and their labels", () => {
    expect([...answersIn(shown)]).toEqual([
      ["agent1", "one\n\nmore"],
      ["agent2", "two"],
    ]);
    expect(labelOf(shown, "two")).toBe("agent2");
    expect(() => labelOf(shown, "three")).toThrow(RangeError);
  });

  it("knows what it is for", () => {
    expect(phaseOf({ messages })).toBe("draft");
    expect(phaseOf(shown)).toBe("presentation");
    expect(phaseOf({ ...shown, tools: [{ name: "vote" }] })).toBe("ballot");
  });
});
