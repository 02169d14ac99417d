import fc from "fast-check";
import { expect, test } from "vitest";
import { foldedRun } from "../../../test/run-events.ts";
import { problem } from "../../problem.ts";
import { inputOf, toMessage, type MessageAnswer } from "./message.ts";
import { anthropicMessages } from "./wire.ts";

interface Block {
  readonly type: string;
  text?: string;
  thinking?: string;
  input?: unknown;
}

interface Told {
  readonly type: string;
  readonly index: number;
  readonly content_block: Block;
  readonly delta: { readonly type: string; readonly [field: string]: string };
}

function read(frame: string): Told {
  const [, name, data = ""] = /^event: (\w+)\ndata: ([^\n\r\v\f\u0085\u2028\u2029]*)\n\n$/.exec(frame) ?? [];
  const event = JSON.parse(data) as Told;
  expect(event.type).toBe(name);
  return event;
}

/** The blocks as a client makes them of the events, which it checks. */
function assembled(events: readonly Told[]): { readonly blocks: readonly Block[]; readonly open: boolean } {
  const blocks: Block[] = [];
  let open = false;
  for (const { type, index, content_block: block, delta } of events) {
    expect(type).toMatch(/^content_block_/);
    if (type === "content_block_start") {
      expect([open, index]).toEqual([false, blocks.length]);
      blocks.push({ ...block });
      open = true;
      continue;
    }
    expect([open, index]).toEqual([true, blocks.length - 1]);
    const last = blocks[index]!;
    if (type === "content_block_stop") open = false;
    else if (delta.type === "text_delta") last.text += delta["text"] ?? "";
    else if (delta.type === "thinking_delta") last.thinking += delta["thinking"] ?? "";
    else if (delta.type === "input_json_delta") last.input = JSON.parse(delta["partial_json"] ?? "");
    else expect(delta).toEqual({ type: "signature_delta", signature: "" });
  }
  return { blocks, open };
}

test("whatever happens: no block is left open, and the client has what the result says", () => {
  fc.assert(
    fc.property(foldedRun, fc.boolean(), fc.boolean(), (run, thinking, fails) => {
      const own = { thinking, inputTokens: 7 };
      const answer: MessageAnswer = {
        own,
        runId: "r",
        answerId: "1",
        startedAt: 0,
        model: "massgen",
        reasoningAlias: false,
      };
      const fold = anthropicMessages.fold(answer);
      const head = fold.start().map(read);
      expect(head.map(({ type }) => type)).toEqual(["message_start"]);
      const events = run.steps.flatMap(({ event, traces }) => fold.next(event, traces)).map(read);
      if (fails) {
        assembled(events);
        expect(fold.fail(problem("timeout", "Too slow.")).map(read)).toMatchObject([{ type: "error" }]);
        return;
      }
      const rest = fold.finish(run.result).map(read);
      expect(rest.splice(-2).map(({ type }) => type)).toEqual(["message_delta", "message_stop"]);
      const { blocks, open } = assembled([...events, ...rest]);
      expect(open).toBe(false);
      const { text, toolCalls } = run.result;
      expect(blocks.map((block) => block.text ?? "").join("")).toBe(text);
      expect(blocks.flatMap(({ type, input }) => (type === "tool_use" ? [input] : []))).toEqual(
        toolCalls.map((call) => inputOf(call.arguments)),
      );
      expect(blocks.map((block) => block.thinking ?? "").join("")).toBe(thinking ? run.traces.join("") : "");
      const whole = toMessage(answer, run.result, run.traces);
      const kinds = (all: readonly { type: string }[]): string[] => [...new Set(all.map(({ type }) => type))].sort();
      expect(kinds(blocks)).toEqual(kinds(whole.content));
    }),
    { numRuns: Number(process.env["FC_RUNS"] ?? 300) },
  );
});
