import { body, streaming, type Step } from "../behaviour.ts";
import { phases, type Phase } from "../call.ts";
import { beginningOf, moment, sent, unread, type Fault, type Nature } from "./fault.ts";

const tenMegabytes = "0123456789abcdef".repeat(640 * 1024);

/** A stream that ends too early: repeated unless it wrote the final answer, of which a client may have read some. */
function brokenOff(code: "truncated" | "connection", phase: Phase): Nature {
  return { kind: "fails", code, tries: phase === "presentation" ? 1 : 3, spoke: phase !== "ballot" };
}

/** The mark that {@link withBadByte} replaces. */
const badByteMark = "\u00A4";

function withBadByte(text: string): Buffer {
  const bytes = Buffer.from(text).toString("latin1");
  return Buffer.from(bytes.replaceAll(Buffer.from(badByteMark).toString("latin1"), "\u00FF"), "latin1");
}

/** What goes wrong between the first byte and the last. */
export const streamFaults: readonly Fault[] = [
  {
    name: "reset before headers",
    phases,
    behave: () => ({ steps: [{ type: "reset" }] }),
    nature: () => ({ kind: "fails", code: "connection", tries: 3, spoke: false }),
  },
  {
    name: "reset once before headers",
    phases,
    behave: ({ call, dialect, answer }) =>
      call.attempt === 1 ? { steps: [{ type: "reset" }] } : streaming(sent(dialect.frames(answer))),
    nature: () => ({ kind: "recovers" }),
  },
  {
    name: "hang before headers",
    phases,
    pace: "slow",
    behave: () => ({ steps: [{ type: "hang" }] }),
    nature: () => ({ kind: "fails", code: "timeout", tries: 1, spoke: false }),
  },
  {
    name: "hang after headers",
    phases,
    pace: "slow",
    behave: () => streaming([{ type: "hang" }]),
    nature: () => ({ kind: "fails", code: "timeout", tries: 1, spoke: false }),
  },
  {
    name: "hang mid-stream",
    phases,
    pace: "slow",
    behave: ({ dialect, answer }) => streaming([...sent(beginningOf(dialect.frames(answer))), { type: "hang" }]),
    nature: (_wire, phase) => ({ kind: "fails", code: "timeout", tries: 1, spoke: phase !== "ballot" }),
  },
  {
    name: "cut mid-stream",
    phases,
    behave: ({ dialect, answer }) => streaming(sent(beginningOf(dialect.frames(answer)))),
    nature: (_wire, phase) => brokenOff("truncated", phase),
  },
  {
    name: "reset mid-stream",
    phases,
    behave: ({ dialect, answer }) =>
      streaming([...sent(beginningOf(dialect.frames(answer))), moment, { type: "reset" }]),
    nature: (_wire, phase) => brokenOff("connection", phase),
  },
  {
    name: "cut just before the terminal marker",
    phases,
    behave: ({ dialect, answer }) =>
      streaming(sent(dialect.frames(answer).filter(({ stage }) => stage !== "terminal"))),
    nature: (_wire, phase) => brokenOff("truncated", phase),
  },
  {
    name: "empty 200",
    phases,
    behave: () => streaming([]),
    nature: () => ({ kind: "fails", code: "invalid-response", tries: 1, spoke: false }),
  },
  {
    name: "HTML 200",
    phases,
    behave: () => body(200, "text/html; charset=utf-8", "<!doctype html><title>Sign in</title><h1>Sign in</h1>"),
    nature: () => ({ kind: "fails", code: "invalid-response", tries: 1, spoke: false }),
  },
  {
    name: "JSON for a stream",
    phases,
    behave: ({ dialect, answer }) => body(200, "application/json", dialect.document(answer), { usage: answer.usage }),
    // A whole answer in the wrong wrapping is one.
    nature: () => ({ kind: "answers" }),
  },
  {
    name: "broken JSON event",
    phases,
    behave: ({ dialect, answer }) => {
      const frames = dialect.frames(answer);
      const broken: Step = { type: "send", bytes: dialect.brokenEvent };
      return streaming([...sent(frames.slice(0, 1)), broken, ...unread(frames.slice(1))]);
    },
    nature: () => ({ kind: "fails", code: "invalid-response", tries: 1, spoke: false }),
  },
  {
    name: "invalid UTF-8",
    phases,
    says: (answer, phase) =>
      phase === "ballot"
        ? {
            ...answer,
            calls: answer.calls.map((call) => ({
              ...call,
              arguments: call.arguments.replace('"reason":"', `"reason":"${badByteMark} `),
            })),
          }
        : { ...answer, text: `${badByteMark} ${answer.text}` },
    behave: ({ dialect, answer }) =>
      streaming(
        sent(dialect.frames(answer)).map((step) =>
          step.type === "send" ? { ...step, bytes: withBadByte(String(step.bytes)) } : step,
        ),
      ),
    // The replacement character stands for what cannot be read.
    nature: () => ({ kind: "answers", reads: (text) => text.replaceAll(badByteMark, "\uFFFD") }),
  },
  {
    name: "10 MB event",
    phases,
    pace: "heavy",
    says: (answer, phase) =>
      phase === "ballot"
        ? {
            ...answer,
            unsplit: true,
            calls: answer.calls.map((call) => ({
              ...call,
              arguments: call.arguments.replace('"reason":"', `"reason":"${tenMegabytes}`),
            })),
          }
        : { ...answer, unsplit: true, text: `${answer.text} ${tenMegabytes}` },
    behave: ({ dialect, answer }) => streaming(sent(dialect.frames(answer))),
    nature: () => ({ kind: "answers" }),
  },
  {
    name: "drip",
    phases,
    pace: "slow",
    behave: ({ dialect, answer }) => {
      const text = dialect.frames(answer).map((frame) => frame.text);
      return streaming(
        Array.from(Buffer.from(text.join("")), (byte): readonly Step[] => [
          { type: "send", bytes: Buffer.of(byte) },
          { type: "wait", ms: 250 },
        ]).flat(),
      );
    },
    nature: () => ({ kind: "fails", code: "timeout", tries: 1, spoke: false }),
  },
];
