// The end of a process under load: promises are kept, and clients whose answers are cut short get an error.
import { gated, hangMidStream, startMassgen, text } from "@massgen/upstream";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asked, soloConfig, startRig } from "./contract/rig.ts";
import { problem, readBrokenStream, readStream, send, type WireResponse } from "./contract/wire.ts";

const streams = 60;
const role = '"role":"assistant"';

/** So many answers under way, each streamed one past its first chunk. */
async function underWay(url: string): Promise<{ streamed: WireResponse[]; whole: Promise<WireResponse>[] }> {
  const whole = Array.from({ length: 5 }, () => send(url, asked()));
  const streamed = await Promise.all(Array.from({ length: streams }, () => send(url, { ...asked(), stream: true })));
  return { streamed, whole };
}

test("SIGTERM with 60 streams under way: all of them end well, newcomers are sent away, exit code 0", async () => {
  await using rig = await startRig({ config: soloConfig });
  const gate = Promise.withResolvers<void>();
  let calls = 0;
  const all = Promise.withResolvers<void>();
  rig.play(() => {
    calls += 1;
    if (calls === streams + 5) all.resolve();
    return gated(text("kept"), gate.promise);
  });
  const { streamed, whole } = await underWay(rig.url);
  await all.promise;
  rig.massgen.child.kill("SIGTERM");
  await rig.massgen.prints("taking no new requests");

  const newcomer = await problem(await send(rig.url, asked()));
  expect(newcomer).toMatchObject({ status: 503, headers: { connection: "close" }, error: { code: "draining" } });
  expect((await send(rig.url, undefined, { method: "GET", path: "/ready" })).status).toBe(503);
  expect((await send(rig.url, undefined, { method: "GET", path: "/health" })).status).toBe(200);

  gate.resolve();
  for (const stream of streamed) expect(readStream(await stream.rest()).content).toBe("kept");
  for (const answer of await Promise.all(whole)) {
    expect(JSON.parse(await answer.rest())).toHaveProperty("choices.0.message.content", "kept");
  }
  expect(await rig.massgen.exited).toEqual({ code: 0, signal: null });
  expect(calls).toBe(streams + 5);
});

test("a drain that takes too long: every stream and every request gets an error, exit code 1", async () => {
  await using rig = await startRig({ config: soloConfig, args: ["--drain-timeout", "0.3"] });
  let calls = 0;
  const all = Promise.withResolvers<void>();
  rig.play(() => {
    calls += 1;
    if (calls === streams + 5) all.resolve();
    return hangMidStream("half an ");
  });
  const { streamed, whole } = await underWay(rig.url);
  await all.promise;
  for (const stream of streamed) await stream.until("half an ");
  rig.massgen.child.kill("SIGTERM");
  for (const stream of streamed) {
    const rest = await stream.rest();
    const { error } = readBrokenStream(rest.slice(rest.indexOf("\n\n") + 2));
    expect(error).toMatchObject({ type: "server_error", code: "draining" });
  }
  for (const answer of await Promise.all(whole)) {
    expect(await problem(answer)).toMatchObject({
      status: 503,
      headers: { "x-should-retry": "false" },
      error: { code: "draining" },
    });
  }
  expect(await rig.massgen.exited).toEqual({ code: 1, signal: null });
  await rig.upstream.idle();
});

test("a run whose client reads nothing is cut short as well, and logged with its cost", async () => {
  await using rig = await startRig({ config: soloConfig, args: ["--drain-timeout", "1"] });
  rig.play(() => text("x".repeat(32_000_000), { chunks: 4000 }));
  const { hostname, port } = new URL(rig.url);
  const body = JSON.stringify({ ...asked(), stream: true });
  const socket = connect({
    port: Number(port),
    host: hostname,
    onread: { buffer: Buffer.alloc(1), callback: () => false },
  });
  socket.on("error", () => undefined);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await rig.upstream.waitForCall(() => true);
  rig.massgen.child.kill("SIGTERM");
  expect(await rig.massgen.exited).toEqual({ code: 1, signal: null });
  socket.destroy();
  const logged = rig.massgen
    .stderr()
    .split("\n")
    .filter((line) => line.includes('"msg":"request"'));
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0] ?? "")).toMatchObject({ run_id: expect.any(String) as string, calls: 1, stream: true });
});

test("a second signal ends at once, whatever is under way", async () => {
  await using rig = await startRig({ config: soloConfig });
  rig.play(() => hangMidStream("half"));
  const stream = await send(rig.url, { ...asked(), stream: true });
  await stream.until(role);
  rig.massgen.child.kill("SIGTERM");
  await rig.massgen.prints("taking no new requests");
  rig.massgen.child.kill("SIGTERM");
  expect(await rig.massgen.exited).toEqual({ code: 143, signal: null });
  await expect(stream.rest()).rejects.toThrow("aborted");
});

/** Throws into the process from outside of every request. */
const breaker = `
process.on("SIGUSR2", () => { Promise.reject(new Error("broken with sk-defect-1234567890 inside")); });
`;

test("an uncaught error: logged without keys, answers are finished, exit code 1", async () => {
  await using rig = await startRig({ config: soloConfig });
  const gate = Promise.withResolvers<void>();
  rig.play(() => gated(text("kept"), gate.promise));
  const file = join(rig.massgen.cwd, "breaker.mjs");
  await writeFile(file, breaker);
  await using massgen = await startMassgen({
    args: ["serve", "--config", join(rig.massgen.cwd, "config.yaml"), "--host", "127.0.0.1", "--port", "0"],
    env: {
      NODE_OPTIONS: `--import=${file}`,
      OPENAI_API_KEY: "sk-any-key-at-all",
      OPENAI_BASE_URL: `${rig.upstream.url}/v1`,
    },
  });
  const url = await massgen.ready();
  const stream = await send(url, { ...asked(), stream: true });
  await rig.upstream.waitForCall(() => true);
  massgen.child.kill("SIGUSR2");
  await massgen.prints("taking no new requests");
  expect((await send(url, undefined, { method: "GET", path: "/ready" })).status).toBe(503);
  gate.resolve();
  expect(readStream(await stream.rest()).content).toBe("kept");
  expect(await massgen.exited).toEqual({ code: 1, signal: null });
  expect(massgen.stderr()).toContain('"message":"broken with [redacted] inside"');
  expect(massgen.stderr()).not.toContain("sk-defect");
});
