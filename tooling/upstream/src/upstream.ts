import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text as bodyText } from "node:stream/consumers";
import { body, jsonType } from "./behaviour.ts";
import { createPromptCache } from "./cache/prompt-cache.ts";
import { createCallBook, type OpenCall } from "./call-book.ts";
import type { UpstreamCall } from "./call.ts";
import { aborted, play } from "./play.ts";
import { readCall } from "./read-call.ts";
import type { Content, Pace, Reply } from "./reply.ts";
import { behaviourOf } from "./respond.ts";
import { wires } from "./wire/wires.ts";

/** Decides what the upstream does with a call. What it throws becomes a 500, and is thrown again by `close`. */
export type Script = (call: UpstreamCall) => Reply | Promise<Reply>;

/** A running upstream. */
export interface Upstream extends AsyncDisposable {
  /**
   * Origin without a path. OpenAI clients take `${url}/v1` as their base, Claude and Gemini clients the origin itself;
   * a folder before that tells agents on one model apart.
   */
  readonly url: string;
  /** Every call so far, in order of arrival. */
  readonly calls: readonly UpstreamCall[];
  /** Every call to a model, in order of arrival. */
  readonly callsOf: (model: string) => readonly UpstreamCall[];
  readonly openCalls: () => number;
  /** Connections accepted so far, closed ones included. */
  readonly connections: () => number;
  /** Connections that are open now: in use, or kept by the client for later. */
  readonly openConnections: () => number;
  /**
   * The first call for which the predicate holds, now or whenever a call arrives or ends.
   * Rejects when the upstream is closed first.
   */
  readonly waitForCall: (predicate: (call: UpstreamCall) => boolean) => Promise<UpstreamCall>;
  /** Resolves when no call, or none to the model, is open: at once if there is none. */
  readonly idle: (model?: string) => Promise<void>;
  /**
   * Ends open calls and stops listening. Safe to call twice.
   * @throws the first error the script threw, if it threw any
   */
  readonly close: () => Promise<void>;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error: { message } }));
}

export interface UpstreamOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** With a certificate it speaks https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** What a GET of a path is answered with, as JSON; other paths are 404. */
  readonly pages?: Readonly<Record<string, unknown>>;
  /** Counts what a prompt cache would have of each call, and reports it with the usage of answers. */
  readonly promptCache?: boolean;
  /** `open`: forgets calls that are over, for long loads. Default `all`. */
  readonly remembers?: "all" | "open";
}

/** Starts an upstream on loopback, on all wires. */
export async function startUpstream(script: Script, options: UpstreamOptions = {}): Promise<Upstream> {
  const book = createCallBook(options.remembers ?? "all");
  const cache = options.promptCache === true ? createPromptCache() : undefined;
  const scriptErrors: unknown[] = [];
  let connections = 0;
  let openConnections = 0;
  let closing = false;

  /** What the script wants, once all gates are open; undefined when the client did not wait for it. */
  async function decided(
    call: OpenCall,
    gone: AbortSignal,
  ): Promise<{ readonly content: Content; readonly pace: Pace | undefined } | undefined> {
    let pace: Pace | undefined;
    const refusal = call.cached?.refusal;
    if (refusal !== undefined) return { content: body(400, jsonType, wires[call.wire].refusal(400, refusal)), pace };
    let reply: Reply = await script(call);
    while (reply.type === "gated" || reply.type === "paced") {
      if (reply.type === "gated") await Promise.race([reply.gate, aborted(gone)]);
      else pace = reply.pace;
      reply = reply.reply;
    }
    return gone.aborted ? undefined : { content: reply, pace };
  }

  async function serve(call: OpenCall, leave: () => void, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => {
      if (response.writableFinished) book.end(call, "finished");
      else if (closing) book.end(call, "failed");
      else if (call.state === "open") {
        book.end(call, "aborted-by-client");
        leave();
      }
      gone.abort();
    });
    try {
      const reply = await decided(call, gone.signal);
      if (reply === undefined) return;
      await play(behaviourOf(reply.content, call, reply.pace), {
        response,
        startedAt: call.startedAt,
        gone: gone.signal,
        onReset: () => book.end(call, "finished"),
        onSent: (bytes, usage) => {
          call.bytesWritten += bytes;
          call.usage = usage ?? call.usage;
          // Only what was taken is kept, and not before the answer begins.
          if (response.statusCode === 200) call.cached?.keep();
        },
      });
    } catch (error) {
      scriptErrors.push(error);
      book.end(call, "failed");
      refuse(response, 500, "The script of this upstream threw.");
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const page = request.method === "GET" ? options.pages?.[request.url ?? ""] : undefined;
    if (page !== undefined) {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(page));
      return;
    }
    const { pathname } = new URL(request.url ?? "/", "http://upstream");
    const written = await bodyText(request);
    const content = request.method === "POST" ? readCall(pathname, written) : undefined;
    if (content === undefined) {
      return refuse(response, 404, "Served here: chat completions, responses, messages, generateContent.");
    }
    const closed = Promise.withResolvers<void>();
    const call = book.begin({
      ...content,
      headers: request.headers,
      bodyBytes: Buffer.byteLength(written),
      closed: closed.promise,
      cached: cache?.look(content),
    });
    await serve(call, closed.resolve, response);
  }

  // Longer than any pause between two calls of a test: whether connections are reused is up to the client.
  const patience = { keepAliveTimeout: 60_000, requestTimeout: 0 };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => refuse(response, 400, "The body is not JSON."));
  };
  const { tls } = options;
  const server =
    tls === undefined ? createServer(patience, listener) : createTlsServer({ ...patience, ...tls }, listener);
  server.on("connection", (socket) => {
    connections += 1;
    openConnections += 1;
    socket.once("close", () => {
      openConnections -= 1;
    });
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");

  const close = async (): Promise<void> => {
    if (!closing) {
      closing = true;
      const stopped = once(server, "close");
      server.close();
      server.closeAllConnections();
      await stopped;
      book.close();
    }
    if (scriptErrors.length > 0) throw scriptErrors[0];
  };
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: book.calls,
    callsOf: book.callsOf,
    openCalls: book.openCalls,
    connections: () => connections,
    openConnections: () => openConnections,
    waitForCall: book.waitForCall,
    idle: book.idle,
    close,
    [Symbol.asyncDispose]: close,
  };
}
