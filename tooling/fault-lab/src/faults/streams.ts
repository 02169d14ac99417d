import { body, streaming, type Step } from "../behaviour.ts";
import { phases, type Phase } from "../call.ts";
import type { WireName } from "../wire/dialect.ts";
import { beginningOf, moment, sent, unread, type Fault, type Nature } from "./fault.ts";

const kilobyte = "0123456789abcdef".repeat(64);

/** Google's SDK takes quadratic time over one event: ten megabytes keep the whole process busy for over a second. */
function fillerFor(wire: WireName): string {
  return kilobyte.repeat(wire === "gemini" ? 1024 : 10 * 1024);
}

/** A stream that ends too early: repeated unless it wrote the final answer, of which a client may have read some. */
function brokenOff(code: "truncated" | "connection", phase: Phase): Nature {
  return { kind: "fails", code, tries: phase === "presentation" ? 1 : 3, spoke: phase !== "ballot" };
}

/** Events that come before a broken one. Google's SDK may throw away what it has read when it fails: there it comes first. */
function readBeforeFailing(wire: WireName): number {
  return wire === "gemini" ? 0 : 1;
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
    behave: ({ call, dialect, answer }) =>
      body(200, "application/json", dialect.document(answer), call.wire === "gemini" ? {} : { usage: answer.usage }),
    // A whole answer in the wrong wrapping is one; Google's SDK cannot take it out.
    nature: (wire) =>
      wire === "gemini" ? { kind: "fails", code: "invalid-response", tries: 1, spoke: false } : { kind: "answers" },
  },
  {
    name: "broken JSON event",
    phases,
    behave: ({ call, dialect, answer }) => {
      const frames = dialect.frames(answer);
      const read = readBeforeFailing(call.wire);
      const broken: Step = { type: "send", bytes: dialect.brokenEvent };
      return streaming([...sent(frames.slice(0, read)), broken, ...unread(frames.slice(read))]);
    },
    nature: () => ({ kind: "fails", code: "invalid-response", tries: 1, spoke: false }),
  },
  {
    name: "invalid UTF-8",
    phases,
    knownDefect: {
      gemini: {
        what: "What cannot be read is told as a broken connection, and asked for again twice.",
        today: { kind: "fails", code: "connection", tries: 3, spoke: false },
      },
    },
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
    behave: ({ call, dialect, answer }) => {
      const frames = dialect.frames(answer);
      const steps = call.wire === "gemini" ? unread(frames.slice(1)) : sent(frames);
      return streaming(
        steps.map((step) => (step.type === "send" ? { ...step, bytes: withBadByte(String(step.bytes)) } : step)),
      );
    },
    // The replacement character stands for what cannot be read; Google's SDK refuses the stream.
    nature: (wire) =>
      wire === "gemini"
        ? { kind: "fails", code: "invalid-response", tries: 1, spoke: false }
        : { kind: "answers", reads: (text) => text.replaceAll(badByteMark, "\uFFFD") },
  },
  {
    name: "10 MB event",
    phases,
    pace: "heavy",
    says: (answer, phase, wire) =>
      phase === "ballot"
        ? {
            ...answer,
            unsplit: true,
            calls: answer.calls.map((call) => ({
              ...call,
              arguments: call.arguments.replace('"reason":"', `"reason":"${fillerFor(wire)}`),
            })),
          }
        : { ...answer, unsplit: true, text: `${answer.text} ${fillerFor(wire)}` },
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
