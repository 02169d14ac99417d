// Answers of any size: what a run holds of one is bounded, and a slow reader slows down its own upstream and nothing
// else.
import { once } from "node:events";
import { get, request, type IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import {
  framed,
  startUpstream,
  streaming,
  wires,
  type Behaviour,
  type Step,
  type Upstream,
  type UpstreamCall,
} from "@massgen/upstream";
import { afterEach, describe, expect, it } from "vitest";
import { question } from "./completion.ts";
import { startMassgen, type MassgenProcess } from "./massgen-process.ts";

const megabyte = 1024 * 1024;
const piece = "All work and no play. ".repeat(2979).slice(0, 65_536);

type Wire = "openai" | "claude";

/** An answer in this many pieces, sent as fast as they are read. */
function flood(call: UpstreamCall, pieces: number): Behaviour {
  const wire = wires[call.wire];
  const events = [...wire.events({ reasoning: [], text: [piece], toolCalls: [], finish: "stop" }, call)];
  const repeated = events.findIndex(({ stage }) => stage === "part");
  return streaming(
    events.flatMap((event, at) => {
      const step: Step = { type: "send", bytes: framed(wire, event) };
      return Array.from({ length: at === repeated ? pieces : 1 }, () => step);
    }),
  );
}

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function startFastUpstream(pieces: number): Promise<Upstream> {
  const upstream = await startUpstream((call) => flood(call, pieces));
  cleanUps.push(upstream.close);
  return upstream;
}

/** Bytes of its only answer that an upstream could send so far. */
const sentBy = (upstream: Upstream) => (): number => upstream.calls[0]?.bytesWritten ?? 0;

async function startSolo(wire: Wire, upstream: Upstream, rest = ""): Promise<{ massgen: MassgenProcess; url: string }> {
  const backend = `{ type: ${wire}, model: m, api_key: k-0123456789, base_url: "${upstream.url}" }`;
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

describe.each<Wire>(["openai", "claude"])("a client that does not read 50 MB from %s", (wire) => {
  it("stops the upstream, not the server, and gets all of it when it reads on", async () => {
    const upstream = await startFastUpstream(800);
    const { url } = await startSolo(wire, upstream);
    const response = await open(url, true);
    // What fits into the buffers of two connections, and no more.
    expect(await standstill(sentBy(upstream))).toBeLessThan(25 * megabyte);

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
  it.each<Wire>(["openai", "claude"])("from %s is stopped, and is no answer", async (wire) => {
    const upstream = await startFastUpstream(100_000);
    const { url } = await startSolo(wire, upstream, "orchestrator: { max_answer_chars: 10000000 }\n");
    const response = await open(url, false);
    expect(response.statusCode).toBe(502);
    let body = "";
    for await (const text of response.setEncoding("utf8") as AsyncIterable<string>) body += text;
    expect(body).toContain("the answer was stopped after 10000000 characters, the most that max_answer_chars allows");
    await upstream.idle();
    expect(sentBy(upstream)()).toBeLessThan(40 * megabyte);
  });

  it("that is streamed ends in an error, never in a finish", async () => {
    const upstream = await startFastUpstream(100_000);
    const { url } = await startSolo("openai", upstream, "orchestrator: { max_answer_chars: 100000 }\n");
    let body = "";
    for await (const text of (await open(url, true)).setEncoding("utf8") as AsyncIterable<string>) body += text;
    expect(body).toContain("max_answer_chars");
    expect(body).not.toMatch(/"finish_reason":"/);
    expect(body.endsWith("data: [DONE]\n\n")).toBe(true);
    await upstream.idle();
  });

  it("is an answer as long as it keeps to what is allowed", async () => {
    const upstream = await startFastUpstream(16);
    const { url } = await startSolo("openai", upstream);
    let body = "";
    for await (const text of (await open(url, false)).setEncoding("utf8") as AsyncIterable<string>) body += text;
    const { choices } = JSON.parse(body) as { choices: { message: { content: string } }[] };
    expect(choices[0]?.message.content).toHaveLength(megabyte);
  });
});
