import { behaviour, body, framed, jsonType, piecesOf, streaming, type CallPhase, type Step } from "@massgen/upstream";
import { withArguments } from "../spoken.ts";
import { beginningOf, moment, phases, sent, unread, wellBehaved, type Fault, type Nature } from "./fault.ts";

const tenMegabytes = "0123456789abcdef".repeat(640 * 1024);

/** A stream that ends too early: repeated unless it wrote the final answer, of which a client may have read some. */
function brokenOff(code: "truncated" | "connection", phase: CallPhase): Nature {
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
    behave: () => behaviour({ type: "reset" }),
    nature: () => ({ kind: "fails", code: "connection", tries: 3, spoke: false }),
  },
  {
    name: "reset once before headers",
    phases,
    behave: (scene) => (scene.call.attempt === 1 ? behaviour({ type: "reset" }) : wellBehaved(scene)),
    nature: () => ({ kind: "recovers" }),
  },
  {
    name: "hang before headers",
    phases,
    pace: "slow",
    behave: () => behaviour({ type: "hang" }),
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
    behave: ({ frames }) => streaming([...sent(beginningOf(frames)), { type: "hang" }]),
    nature: (_wire, phase) => ({ kind: "fails", code: "timeout", tries: 1, spoke: phase !== "ballot" }),
  },
  {
    name: "cut mid-stream",
    phases,
    behave: ({ frames }) => streaming(sent(beginningOf(frames))),
    nature: (_wire, phase) => brokenOff("truncated", phase),
  },
  {
    name: "reset mid-stream",
    phases,
    behave: ({ frames }) => streaming([...sent(beginningOf(frames)), moment, { type: "reset" }]),
    nature: (_wire, phase) => brokenOff("connection", phase),
  },
  {
    name: "cut just before the terminal marker",
    phases,
    behave: ({ frames }) => streaming(sent(frames.filter(({ stage }) => stage !== "terminal"))),
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
    behave: ({ call, wire, answer }) => {
      const pieces = piecesOf(answer, call.n);
      const { usage } = pieces;
      return body(200, jsonType, wire.document(pieces, call), usage === undefined ? {} : { usage });
    },
    // A whole answer in the wrong wrapping is one.
    nature: () => ({ kind: "answers" }),
  },
  {
    name: "broken JSON event",
    phases,
    behave: ({ wire, frames }) => {
      const broken: Step = { type: "send", bytes: framed(wire, wire.brokenEvent) };
      return streaming([...sent(frames.slice(0, 1)), broken, ...unread(frames.slice(1))]);
    },
    nature: () => ({ kind: "fails", code: "invalid-response", tries: 1, spoke: false }),
  },
  {
    name: "invalid UTF-8",
    phases,
    says: (answer, phase) =>
      phase === "ballot"
        ? withArguments(answer, (args) => args.replace('"reason":"', `"reason":"${badByteMark} `))
        : { ...answer, text: `${badByteMark} ${answer.text}` },
    behave: ({ frames }) =>
      streaming(
        sent(frames).map((step) => (step.type === "send" ? { ...step, bytes: withBadByte(String(step.bytes)) } : step)),
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
        ? { ...withArguments(answer, (args) => args.replace('"reason":"', `"reason":"${tenMegabytes}`)), chunks: 1 }
        : { ...answer, chunks: 1, text: `${answer.text} ${tenMegabytes}` },
    behave: wellBehaved,
    nature: () => ({ kind: "answers" }),
  },
  {
    name: "drip",
    phases,
    pace: "slow",
    behave: ({ frames }) => {
      const text = frames.map((frame) => frame.text);
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
