import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { manualClock } from "@massgen/core/testing";
import { expect, it } from "vitest";
import { systemPorts } from "../ports.ts";
import { openEventStream } from "./event-stream.ts";

/** A stream whose client reads all, or nothing, and what was written to it so far. */
function opened({ room = true } = {}) {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  res.chunkedEncoding = false;
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0 && room;
  Object.assign(res, { write, end: write });
  const clock = manualClock();
  const settings = { heartbeat: ": beat\n", heartbeatMs: 0, stalledReaderMs: 1000 };
  return { res, sink: openEventStream(res, settings, { ...systemPorts, clock }), written, clock };
}

it("writes the first frame at once, and those that follow within 16 ms together", async () => {
  const { sink, written, clock } = opened();
  await sink.write("a");
  expect(written).toEqual(["a"]);
  await sink.write("b");
  clock.advance(10);
  await sink.write("c");
  expect(written).toEqual(["a"]);
  clock.advance(6);
  expect(written).toEqual(["a", "bc"]);
  clock.advance(16);
  await sink.write("d");
  expect(written).toEqual(["a", "bc", "d"]);
});

it("lets neither much text nor the end wait", async () => {
  const { sink, written, clock } = opened();
  const long = "x".repeat(16_384);
  await sink.write("a");
  await sink.write(long);
  expect(written).toEqual(["a", long]);
  await sink.write("b");
  sink.end("c");
  expect(written).toEqual(["a", long, "bc"]);
  expect(clock.pending()).toBe(0);
});

it("leaves a client that reads nothing of what was gathered", async () => {
  const { res, sink, clock } = opened({ room: false });
  void sink.write("a");
  res.emit("drain");
  await sink.write("b");
  clock.advance(16);
  expect(res.destroyed).toBe(false);
  clock.advance(1000);
  expect(res.destroyed).toBe(true);
});
