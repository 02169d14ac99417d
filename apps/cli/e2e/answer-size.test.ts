// Answers of any size: what a run holds of one is bounded, and a slow reader slows down its own upstream and nothing
// else.
import { once } from "node:events";
import { createServer, get, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { question } from "./completion.ts";
import { startMassgen, type MassgenProcess } from "./massgen-process.ts";

const megabyte = 1024 * 1024;
const piece = "All work and no play. ".repeat(2979).slice(0, 65_536);

interface Wire {
  readonly type: string;
  readonly begin: string;
  readonly piece: string;
  readonly end: string;
}

const data = (payload: object): string => `data: ${JSON.stringify(payload)}\n\n`;
const openai: Wire = {
  type: "openai",
  begin: "",
  piece: data({ choices: [{ index: 0, delta: { content: piece } }] }),
  end: `${data({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`,
};
const claude: Wire = {
  type: "claude",
  begin: data({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
  piece: data({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: piece } }),
  end: data({ type: "message_delta", delta: { stop_reason: "end_turn" } }) + data({ type: "message_stop" }),
};

/** A provider that sends as fast as it may. */
interface FastUpstream {
  readonly url: string;
  /** Characters of the answer that it could send so far. */
  readonly sent: () => number;
  /** Resolves when the connection of the call is closed. */
  readonly closed: Promise<void>;
}

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function startFastUpstream(wire: Wire, pieces: number): Promise<FastUpstream> {
  let sent = 0;
  const closed = Promise.withResolvers<void>();
  async function answer(response: ServerResponse): Promise<void> {
    response.once("close", closed.resolve);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(wire.begin);
    for (let i = 0; i < pieces && !response.destroyed; i += 1) {
      if (!response.write(wire.piece)) await Promise.race([once(response, "drain"), closed.promise]);
      sent += piece.length;
    }
    response.end(wire.end);
  }
  const server = createServer((_, response) => void answer(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUps.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, sent: () => sent, closed: closed.promise };
}

async function startSolo(
  wire: Wire,
  upstream: FastUpstream,
  rest = "",
): Promise<{ massgen: MassgenProcess; url: string }> {
  const backend = `{ type: ${wire.type}, model: m, api_key: k-0123456789, base_url: "${upstream.url}" }`;
  const massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
    files: { "config.yaml": `agent: { id: solo, backend: ${backend} }\n${rest}` },
  });
  cleanUps.push(async () => {
    await massgen[Symbol.asyncDispose]();
  });
  return { massgen, url: await massgen.ready() };
}

/** Asks for a streamed answer and takes nothing of it yet. */
async function open(url: string, stream: boolean): Promise<IncomingMessage> {
  const asked = request(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
  });
  cleanUps.push(async () => void asked.destroy());
  asked.end(JSON.stringify({ messages: question, stream }));
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return response;
}

/**
 * Resolves when a figure has not grown for a while. One that only pauses is taken for one that stopped: then it is too
 * small, never too large.
 */
async function standstill(figure: () => number): Promise<number> {
  for (let quiet = 0, before = figure(); ; before = figure()) {
    await pause(50);
    quiet = figure() === before && before > 0 ? quiet + 1 : 0;
    if (quiet === 10) return before;
  }
}

describe.each([openai, claude])("a client that does not read 50 MB from $type", (wire) => {
  it("stops the upstream, not the server, and gets all of it when it reads on", async () => {
    const upstream = await startFastUpstream(wire, 800);
    const { url } = await startSolo(wire, upstream);
    const response = await open(url, true);
    // What fits into the buffers of two connections, and no more.
    expect(await standstill(upstream.sent)).toBeLessThan(25 * megabyte);

    const [health] = (await once(get(`${url}/health`), "response")) as [IncomingMessage];
    health.resume();
    expect(health.statusCode).toBe(200);

    let characters = 0;
    let tail = "";
    for await (const bytes of response.setEncoding("utf8") as AsyncIterable<string>) {
      const frames = (tail + bytes).split("\n\n");
      tail = frames.pop() ?? "";
      for (const frame of frames) characters += contentOf(frame).length;
    }
    expect(characters).toBe(800 * piece.length);
    expect(tail).toBe("");
  });
});

function contentOf(whole: string): string {
  const frame = whole.replace(/^(: keep-alive\n)+/, "");
  if (!frame.startsWith("data: {")) return "";
  const { choices } = JSON.parse(frame.slice("data: ".length)) as { choices: { delta: { content?: string } }[] };
  return choices[0]?.delta.content ?? "";
}

describe("an answer without end", () => {
  it.each([openai, claude])("from $type is stopped, and is no answer", async (wire) => {
    const upstream = await startFastUpstream(wire, 100_000);
    const { url } = await startSolo(wire, upstream, "orchestrator: { max_answer_chars: 10000000 }\n");
    const response = await open(url, false);
    expect(response.statusCode).toBe(502);
    let body = "";
    for await (const text of response.setEncoding("utf8") as AsyncIterable<string>) body += text;
    expect(body).toContain("the answer was stopped after 10000000 characters, the most that max_answer_chars allows");
    await upstream.closed;
    expect(upstream.sent()).toBeLessThan(40 * megabyte);
  });

  it("that is streamed ends in an error, never in a finish", async () => {
    const upstream = await startFastUpstream(openai, 100_000);
    const { url } = await startSolo(openai, upstream, "orchestrator: { max_answer_chars: 100000 }\n");
    let body = "";
    for await (const text of (await open(url, true)).setEncoding("utf8") as AsyncIterable<string>) body += text;
    expect(body).toContain("max_answer_chars");
    expect(body).not.toMatch(/"finish_reason":"/);
    expect(body.endsWith("data: [DONE]\n\n")).toBe(true);
    await upstream.closed;
  });

  it("is an answer as long as it keeps to what is allowed", async () => {
    const upstream = await startFastUpstream(openai, 16);
    const { url } = await startSolo(openai, upstream);
    let body = "";
    for await (const text of (await open(url, false)).setEncoding("utf8") as AsyncIterable<string>) body += text;
    const { choices } = JSON.parse(body) as { choices: { message: { content: string } }[] };
    expect(choices[0]?.message.content).toHaveLength(megabyte);
  });
});
