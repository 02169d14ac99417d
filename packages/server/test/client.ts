import { readFrames } from "@massgen/openai-shapes";
import { type Agent, type IncomingHttpHeaders, type IncomingMessage, type Server, request } from "node:http";
import type { AddressInfo } from "node:net";
import { createApp, serve, type AppSettings, type RunningServer, type ServerApp } from "../src/index.ts";

export interface TestServer extends ServerApp {
  readonly url: string;
  readonly running: RunningServer;
}

/** The real thing on a free loopback port. */
export async function start(settings: AppSettings): Promise<TestServer> {
  const made = createApp(settings);
  const running = await serve(made, { host: "127.0.0.1", port: 0 });
  return { ...made, url: running.url, running };
}

/** Somebody else's server on a free loopback port. */
export async function listen(server: Server): Promise<{ url: string; close: () => Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export const hello = { messages: [{ role: "user", content: "Hello" }] };

export function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(init.headers as Record<string, string> | undefined) },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(init.signal ? { signal: init.signal } : {}),
  });
}

/** A response read piece by piece, at the test's pace. */
export interface RawResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly message: IncomingMessage;
  /** Everything up to and including `mark`, from where the last call ended. Rejects when the stream ends before. */
  readonly until: (mark: string) => Promise<string>;
  readonly rest: () => Promise<string>;
  readonly destroy: () => void;
}

/** A request on a connection of its own, unless an agent says otherwise. */
export function rawPost(url: string, body: unknown, agent: Agent | false = false): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const out = request(
      `${url}/v1/chat/completions`,
      { method: "POST", agent, headers: { "content-type": "application/json" } },
      (message) => resolve(rawResponse(message, () => out.destroy())),
    );
    out.once("error", reject);
    out.end(JSON.stringify(body));
  });
}

function rawResponse(message: IncomingMessage, destroy: () => void): RawResponse {
  message.setEncoding("utf8");
  const pieces = message[Symbol.asyncIterator]() as AsyncIterator<string>;
  let buffer = "";
  async function more(): Promise<boolean> {
    const { done, value } = await pieces.next();
    if (done !== true) buffer += value;
    return done !== true;
  }
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    message,
    async until(mark) {
      while (!buffer.includes(mark)) {
        if (!(await more())) throw new Error(`The stream ended before ${JSON.stringify(mark)}: ${buffer}`);
      }
      const end = buffer.indexOf(mark) + mark.length;
      const text = buffer.slice(0, end);
      buffer = buffer.slice(end);
      return text;
    },
    async rest() {
      while (await more());
      const text = buffer;
      buffer = "";
      return text;
    },
    destroy,
  };
}

interface Frame {
  id: string;
  created: number;
  model: string;
  choices: { delta: Record<string, unknown>; finish_reason: string | null }[];
  usage?: unknown;
  error?: unknown;
  massgen_metadata?: unknown;
}

/** All frames of a stream but `[DONE]`; an error, which is told twice, is the last of them. */
export function chunksOf(stream: string): Frame[] {
  const { chunks, error } = readFrames(stream);
  return [...chunks, ...(error === undefined ? [] : [error])] as Frame[];
}

export function joined(chunks: readonly Frame[], field: string): string {
  return chunks.map((chunk) => (chunk.choices[0]?.delta[field] as string | undefined) ?? "").join("");
}
