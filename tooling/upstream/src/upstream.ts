import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text as bodyText } from "node:stream/consumers";
import { readGeminiCall, readOpenAiCall, type CallContent, type CallState, type UpstreamCall } from "./call.ts";
import { deliver } from "./delivery.ts";
import { geminiWire } from "./gemini-wire.ts";
import { openAiWire } from "./openai-wire.ts";
import type { Reply } from "./reply.ts";

/** Decides what the upstream does with a call. What it throws becomes a 500, and is thrown again by `close`. */
export type Script = (call: UpstreamCall) => Reply | Promise<Reply>;

/** A running upstream. */
export interface Upstream {
  /** Origin without a path. OpenAI clients take `${url}/v1` as their base, Gemini clients the origin itself. */
  readonly url: string;
  /** Every call so far, in order of arrival. */
  readonly calls: readonly UpstreamCall[];
  readonly openCalls: () => number;
  /** Connections accepted so far, closed ones included. */
  readonly connections: () => number;
  /**
   * The first call for which the predicate holds, now or whenever a call arrives or ends.
   * Rejects when the upstream is closed first.
   */
  readonly waitForCall: (predicate: (call: UpstreamCall) => boolean) => Promise<UpstreamCall>;
  /** Resolves when no call is open: at once if there is none. */
  readonly idle: () => Promise<void>;
  /**
   * Ends open calls and stops listening. Safe to call twice.
   * @throws the first error the script threw, if it threw any
   */
  readonly close: () => Promise<void>;
}

type OpenCall = { -readonly [Key in keyof UpstreamCall]: UpstreamCall[Key] };

interface Waiter {
  readonly check: () => boolean;
  readonly fail: (error: Error) => void;
}

const chatPath = /\/chat\/completions$/;
const generatePath = /\/models\/([^/:]+):(streamGenerateContent|generateContent)$/;

/** What a request asks for, or undefined where nothing is served. */
async function readCall(request: IncomingMessage): Promise<CallContent | undefined> {
  const path = new URL(request.url ?? "/", "http://upstream").pathname;
  const generate = generatePath.exec(path);
  if (request.method !== "POST" || (generate === null && !chatPath.test(path))) return undefined;
  const body = JSON.parse(await bodyText(request)) as Readonly<Record<string, unknown>>;
  if (generate === null) return readOpenAiCall(body);
  return readGeminiCall(decodeURIComponent(generate[1] ?? ""), generate[2] === "streamGenerateContent", body);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error: { message } }));
}

/** Where an upstream listens. */
export interface UpstreamOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** With a certificate it speaks https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** What a GET of a path is answered with, as JSON; other paths are 404. */
  readonly pages?: Readonly<Record<string, unknown>>;
}

/** Starts an upstream on loopback. */
export async function startUpstream(script: Script, options: UpstreamOptions = {}): Promise<Upstream> {
  const calls: OpenCall[] = [];
  const scriptErrors: unknown[] = [];
  const waiters = new Set<Waiter>();
  let connections = 0;
  let closing = false;

  const notify = () => {
    for (const waiter of waiters) if (waiter.check()) waiters.delete(waiter);
  };
  const openCalls = () => calls.filter((call) => call.state === "open").length;
  const waitFor = <Value>(look: () => Value | undefined): Promise<Value> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = look();
        if (found !== undefined) resolve(found);
        return found !== undefined;
      };
      if (check()) return;
      if (closing) reject(new Error("The upstream is closed."));
      else waiters.add({ check, fail: reject });
    });

  function end(call: OpenCall, state: CallState): void {
    if (call.state !== "open") return;
    call.state = state;
    call.endedAt = performance.now();
    notify();
  }

  async function serve(content: CallContent, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    const closed = Promise.withResolvers<void>();
    const call: OpenCall = {
      ...content,
      n: calls.length + 1,
      headers: request.headers,
      state: "open",
      closed: closed.promise,
      bytesWritten: 0,
      startedAt: performance.now(),
      endedAt: undefined,
    };
    response.once("close", () => {
      if (response.writableFinished) end(call, "finished");
      else if (closing) end(call, "failed");
      else if (call.state === "open") {
        end(call, "aborted-by-client");
        closed.resolve();
      }
      gone.abort();
    });
    calls.push(call);
    notify();
    try {
      await deliver(
        {
          call,
          wire: call.wire === "openai" ? openAiWire : geminiWire,
          response,
          gone: gone.signal,
          onReset: () => end(call, "finished"),
          onBytes: (count) => {
            call.bytesWritten += count;
          },
        },
        await script(call),
      );
    } catch (error) {
      scriptErrors.push(error);
      end(call, "failed");
      refuse(response, 500, "The script of this upstream threw.");
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const page = request.method === "GET" ? options.pages?.[request.url ?? ""] : undefined;
    if (page !== undefined) {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(page));
      return;
    }
    let content: CallContent | undefined;
    try {
      content = await readCall(request);
    } catch {
      return refuse(response, 400, "The body is not JSON.");
    }
    if (content === undefined) return refuse(response, 404, "Served here: chat/completions and generateContent.");
    await serve(content, request, response);
  }

  // Longer than any pause between two calls of a test: whether connections are reused is up to the client.
  const patience = { keepAliveTimeout: 60_000, requestTimeout: 0 };
  const listener = (request: IncomingMessage, response: ServerResponse): void => void handle(request, response);
  const { tls } = options;
  const server =
    tls === undefined ? createServer(patience, listener) : createTlsServer({ ...patience, ...tls }, listener);
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    openCalls,
    connections: () => connections,
    waitForCall: (predicate) => waitFor(() => calls.find(predicate)),
    idle: async () => {
      await waitFor(() => (openCalls() === 0 ? true : undefined));
    },
    close: async () => {
      if (!closing) {
        closing = true;
        const stopped = once(server, "close");
        server.close();
        server.closeAllConnections();
        await stopped;
        for (const waiter of waiters)
          waiter.fail(new Error("The upstream was closed while somebody waited for a call."));
        waiters.clear();
      }
      if (scriptErrors.length > 0) throw scriptErrors[0];
    },
  };
}
