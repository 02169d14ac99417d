import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gated, hang, hangMidStream, openaiTeam, raw, teamScript, text, type UpstreamCall } from "@massgen/upstream";
import { APIConnectionTimeoutError } from "openai";
import { ask, asked, type Rig, soloConfig, startRig } from "./rig.ts";
import { exchange, problem, readBrokenStream, readStream, send, type WireResponse } from "./wire.ts";

let rig: Rig;
let solo: Rig;
beforeAll(async () => {
  [rig, solo] = await Promise.all([
    startRig({ config: openaiTeam(["a", "b", "c"]) }),
    startRig({ config: soloConfig }),
  ]);
});
afterAll(() => Promise.all([rig[Symbol.asyncDispose](), solo[Symbol.asyncDispose]()]));

const streaming = { ...asked(), stream: true as const };

/** The calls that are under way. The client leaves while they are. */
function held(served: Rig): readonly UpstreamCall[] {
  return served.upstream.calls.filter((call) => call.state === "open");
}

/** Waits until no call is open: each of these must have been broken off from this side. */
async function expectAborted(served: Rig, calls: readonly UpstreamCall[]): Promise<void> {
  await served.upstream.idle();
  for (const call of calls) expect(call.state).toBe("aborted-by-client");
}

describe("D81: a client that breaks off its stream stops every call", () => {
  test("while the agents draft", async () => {
    const calls = rig.play(() => hang());
    let left: readonly UpstreamCall[] = [];
    for await (const chunk of await rig.client.chat.completions.create(streaming)) {
      expect(chunk.choices[0]?.delta.role).toBe("assistant");
      await rig.upstream.waitForCall(() => calls().length === 3);
      left = held(rig);
      break;
    }
    expect(left).toHaveLength(3);
    await expectAborted(rig, left);
    expect(calls()).toHaveLength(3);
  });

  test("while the winner writes", async () => {
    const calls = rig.play(teamScript({ votesFor: "a-model", presentation: () => hangMidStream("I was about to") }));
    let left: readonly UpstreamCall[] = [];
    for await (const chunk of await rig.client.chat.completions.create(streaming)) {
      if (!chunk.choices[0]?.delta.content) continue;
      left = held(rig);
      break;
    }
    expect(left.map(({ phase }) => phase)).toEqual(["presentation"]);
    await expectAborted(rig, left);
    expect(calls().at(-1)?.phase).toBe("presentation");
  });
});

describe("D82: a client that is gone before its first token stops every call", () => {
  test.each([false, true])("stream %s", async (stream) => {
    const calls = rig.play(() => hang());
    const leaving = new AbortController();
    const asking = fetch(`${rig.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...asked(), stream }),
      signal: leaving.signal,
    }).then((response) => response.text());
    await rig.upstream.waitForCall(() => calls().length === 3);
    const open = held(rig);
    leaving.abort();
    await expect(asking).rejects.toThrow("aborted");
    expect(open).toHaveLength(3);
    await expectAborted(rig, open);
    expect(calls()).toHaveLength(3);
  });
});

test("D83: a client that times out and tries again leaves no run behind", async () => {
  await using narrow = await startRig({ config: soloConfig, args: ["--max-concurrent-runs", "1"] });
  const calls = narrow.play(() => hang());
  const hasty = narrow.client.withOptions({ maxRetries: 1, timeout: 300 });
  const failed: unknown = await hasty.chat.completions.create(asked()).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(APIConnectionTimeoutError);
  await narrow.upstream.idle();
  expect(calls().every((call) => call.state === "aborted-by-client")).toBe(true);
  // The one place is free.
  narrow.play(() => text("fine"));
  expect((await ask(narrow)).choices[0].message.content).toBe("fine");
});

describe("D84: a reader that does not read", () => {
  const piece = "x".repeat(64 * 1024);
  const pieces = 800;
  const frame = (delta: object, finish_reason: string | null = null): string =>
    `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const flood = [
    ...Array.from({ length: pieces }, () => frame({ content: piece })),
    frame({}, "stop"),
    "data: [DONE]\n\n",
  ];

  /**
   * Bytes the model has sent when it sends no more, told by the server's other work: 20 whole answers without a byte.
   */
  async function standstill(call: UpstreamCall): Promise<number> {
    for (let before = -1, calm = 0; ;) {
      await (await send(solo.url, undefined, { path: "/v1/models", method: "GET" })).rest();
      calm = call.bytesWritten === before ? calm + 1 : 0;
      before = call.bytesWritten;
      if (calm === 20) return before;
    }
  }

  async function blocked(): Promise<{ response: WireResponse; call: UpstreamCall }> {
    const calls = solo.play(() => raw(flood));
    const response = await send(solo.url, streaming);
    await response.until("\n\n");
    const call = await solo.upstream.waitForCall((made) => made === calls()[0]);
    return { response, call };
  }

  test("slows the model down and gets all of 50 MB when it reads on", async () => {
    const { response, call } = await blocked();
    expect(await standstill(call)).toBeLessThan((pieces * piece.length) / 2);
    expect(call.state).toBe("open");
    const body = await response.rest();
    expect(body.split(piece).length - 1).toBe(pieces);
    expect(body.endsWith("\n\ndata: [DONE]\n\n")).toBe(true);
  });

  test("and leaves, ends the call", async () => {
    const { response, call } = await blocked();
    await standstill(call);
    response.leave();
    await call.closed;
    expect(call.state).toBe("aborted-by-client");
  });
});

test("D85: a connection is kept for longer than balancers keep theirs", async () => {
  const response = await send(solo.url, undefined, {
    path: "/health",
    method: "GET",
    headers: { connection: "keep-alive" },
  });
  expect(Number(/timeout=(\d+)/.exec(String(response.headers["keep-alive"]))?.[1])).toBeGreaterThan(60);
  response.leave();
});

test("D86: 100 streams at once, each with its own answer", async () => {
  const gate = Promise.withResolvers<void>();
  const calls = solo.play((call) =>
    gated(text(`Answer to ${call.messages.at(-1)?.text}`, { chunks: 5 }), gate.promise),
  );
  const streams = Array.from({ length: 100 }, async (_, i) => {
    const response = await send(solo.url, { ...streaming, messages: [{ role: "user", content: `question ${i}` }] });
    const body = await response.rest();
    expect(readStream(body).content).toBe(`Answer to question ${i}`);
    return /"id":"(chatcmpl-[^"]+)"/.exec(body)?.[1];
  });
  await solo.upstream.waitForCall(() => calls().length === 100);
  expect(solo.upstream.openCalls()).toBe(100);
  gate.resolve();
  expect(new Set(await Promise.all(streams)).size).toBe(100);
});

describe("D87: SIGTERM", () => {
  test("new requests are 503, the running stream is finished, and the process ends well", async () => {
    await using ending = await startRig({ config: soloConfig });
    const gate = Promise.withResolvers<void>();
    ending.play(() => gated(text("fine"), gate.promise));
    const response = await send(ending.url, streaming);
    const begun = await response.until("\n\n");
    ending.massgen.child.kill("SIGTERM");
    await ending.massgen.prints("SIGTERM");
    const refused = await problem(await send(ending.url, asked()));
    expect([refused.status, refused.error.code]).toEqual([503, "draining"]);
    expect(refused.headers).toMatchObject({ "retry-after": "5", connection: "close" });
    gate.resolve();
    expect(readStream(begun + (await response.rest())).content).toBe("fine");
    expect(await ending.massgen.exited).toEqual({ code: 0, signal: null });
  });

  test("a stream that outlasts the grace time gets an error", async () => {
    await using ending = await startRig({ config: soloConfig, args: ["--drain-timeout", "0.1"] });
    ending.play(() => hangMidStream("I was about to"));
    const response = await send(ending.url, streaming);
    const begun = await response.until("I was about to");
    ending.massgen.child.kill("SIGTERM");
    expect(readBrokenStream(begun + (await response.rest()))).toMatchObject({
      content: "I was about to",
      error: { type: "server_error", code: "draining" },
    });
    expect((await ending.massgen.exited).code).toBe(1);
  });
});

describe("D88: requests in every spelling of HTTP", () => {
  const body = JSON.stringify(asked());
  const post = (version: string, headers: string, content: string): string =>
    `POST /v1/chat/completions HTTP/${version}\r\nHost: x\r\nContent-Type: application/json\r\n${headers}\r\n${content}`;
  const sized = (more = "", content = body): string =>
    post("1.1", `Content-Length: ${Buffer.byteLength(content)}\r\n${more}`, content);

  test("two in one packet are answered in order", async () => {
    solo.play((call) => text(`To ${call.messages.at(-1)?.text}`));
    const one = JSON.stringify({ messages: [{ role: "user", content: "one" }] });
    const two = JSON.stringify({ messages: [{ role: "user", content: "two" }], stream: true });
    const answers = await exchange(solo.url, sized("", one) + sized("Connection: close\r\n", two));
    expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(answers.indexOf("To one")).toBeGreaterThan(0);
    expect(answers.indexOf("To one")).toBeLessThan(answers.indexOf("text/event-stream"));
    expect(answers).toContain("data: [DONE]");
  });

  test("in chunks", async () => {
    solo.play(() => text("fine"));
    const half = Math.floor(body.length / 2);
    const chunks = [body.slice(0, half), body.slice(half)].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    const request = post("1.1", "Transfer-Encoding: chunked\r\nConnection: close\r\n", `${chunks.join("")}0\r\n\r\n`);
    const answer = await exchange(solo.url, request);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('"content":"fine"');
  });

  test.each([false, true])("HTTP/1.0, stream %s: no chunks, and the connection closes", async (stream) => {
    solo.play(() => text("fine"));
    const old = JSON.stringify({ ...asked(), stream });
    const answer = await exchange(solo.url, post("1.0", `Content-Length: ${old.length}\r\n`, old));
    const [head = "", content = ""] = answer.split(/\r\n\r\n([^]*)/);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).not.toMatch(/^transfer-encoding/im);
    if (stream) expect(readStream(content).content).toBe("fine");
    else expect(JSON.parse(content)).toHaveProperty("choices.0.message.content", "fine");
  });
});

test("D89: the same request again is a run of its own", async () => {
  const calls = solo.play((call) => text(`Answer ${call.n}`));
  const headers = { headers: { "idempotency-key": "once" } };
  const create = () => solo.client.chat.completions.create({ ...asked(), seed: 1 }, headers).withResponse();
  const [one, two] = [await create(), await create()];
  expect(calls()).toHaveLength(2);
  expect(one.data.id).not.toBe(two.data.id);
  expect(one.data.choices[0]?.message.content).not.toBe(two.data.choices[0]?.message.content);
  expect(one.response.headers.get("x-massgen-run-id")).not.toBe(two.response.headers.get("x-massgen-run-id"));
});
