import type { Dispatcher } from "undici";
import { sourceOf, type ByteSource, type DirectRequest, type HttpAnswer } from "@massgen/provider-kit/parts";

/** How many bytes of a body may be unread before its connection is paused. */
const mostUnread = 64 * 1024;

/** With so many, a read waits for no more. */
const mostGathered = 16 * 1024;

/**
 * Headers that are sent unless the caller gives others. Some services reject clients without a user agent. Compressed
 * events arrive late.
 */
const ownHeaders = { "user-agent": "massgen", "accept-encoding": "identity" };

/** A request over the pool. */
export interface Exchange extends Omit<DirectRequest, "body" | "signal"> {
  readonly url: URL;
  readonly body: string | null;
  readonly signal: AbortSignal | null;
}

/** An answer, with all of its header fields. */
export interface ExchangeAnswer extends HttpAnswer {
  readonly fields: HeaderFields;
}

type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Sends one request over a pool and resolves with its answer as soon as the head has arrived.
 * @throws TypeError as `fetch` does, its cause saying what is wrong; or the reason of the signal
 */
export function exchange(agent: Dispatcher, { url, method, headers, body, signal }: Exchange): Promise<ExchangeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ExchangeAnswer>();
  let connection: Dispatcher.DispatchController | undefined;
  let incoming: IncomingBody | undefined;

  /** Releases the caller, which gets nothing more. */
  function forget(): void {
    signal?.removeEventListener("abort", abort);
    incoming = undefined;
  }
  function fail(error: unknown): void {
    reject(error);
    incoming?.fail(error);
    forget();
  }
  function abort(): void {
    fail(signal?.reason);
    connection?.abort(signal?.reason as Error);
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(controller) {
      connection = controller;
      // It may have been aborted while it waited for a connection.
      if (signal?.aborted) abort();
    },
    onResponseStart(controller, status, fields) {
      // An interim response, such as 103.
      if (status < 200) return;
      if (status > 599) throw new Error(`it answered with HTTP ${status}`);
      const headers = { get: (name: string) => valueIn(fields, name) };
      const bodiless = status === 204 || status === 205 || status === 304;
      if (bodiless) return resolve({ status, headers, fields, body: undefined });
      incoming = new IncomingBody(controller, forget);
      resolve({ status, headers, fields, body: unpacked(incoming, headers.get("content-encoding")) });
    },
    onResponseData(controller, bytes) {
      // A proxy's refusal fails the request at its head, so its body is not read.
      if (incoming === undefined) controller.abort(new Error("nobody reads this body"));
      else incoming.push(bytes);
    },
    onResponseEnd() {
      incoming?.end();
      forget();
    },
    onResponseError(_controller, cause) {
      fail(new TypeError(incoming === undefined ? "fetch failed" : "terminated", { cause }));
    },
  };

  if (signal?.aborted) abort();
  else {
    signal?.addEventListener("abort", abort);
    const lowered: Record<string, string> = { ...ownHeaders };
    for (const [name, value = ""] of Object.entries(headers)) lowered[name.toLowerCase()] = value.trim();
    const path = url.pathname + url.search;
    try {
      agent.dispatch({ origin: url.origin, path, method: method.toUpperCase(), headers: lowered, body }, handler);
    } catch (error) {
      // An error about the request itself is thrown here and not reported to the handler.
      fail(error);
    }
  }
  return promise;
}

/** The bytes that arrived and were not read yet. */
class IncomingBody implements ByteSource {
  readonly #connection: Dispatcher.DispatchController;
  readonly #forget: () => void;
  #pieces: Buffer[] = [];
  #unread = 0;
  #end: { readonly error?: unknown } | undefined;
  #reader: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  /** How long the reader waits for more. */
  #gatherMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #servesSoon = false;

  constructor(connection: Dispatcher.DispatchController, forget: () => void) {
    this.#connection = connection;
    this.#forget = forget;
  }

  push(bytes: Buffer): void {
    // A paused answer may go on with none.
    if (bytes.length === 0) return;
    this.#unread += bytes.length;
    this.#pieces.push(bytes);
    if (this.#reader !== undefined) {
      if (this.#mayGather()) this.#timer ??= setTimeout(() => this.#serve(), this.#gatherMs);
      else this.#serveSoon();
    }
    if (this.#unread >= mostUnread) this.#connection.pause();
  }

  end(): void {
    this.#end = {};
    this.#serve();
  }

  fail(error: unknown): void {
    this.#end = { error };
    this.#serve();
  }

  read(gatherMs = 0): Promise<Uint8Array | undefined> {
    this.#reader = Promise.withResolvers();
    this.#gatherMs = gatherMs;
    const { promise } = this.#reader;
    if (!this.#mayGather()) this.#serve();
    else if (this.#unread > 0) this.#timer = setTimeout(() => this.#serve(), gatherMs);
    return promise;
  }

  cancel(): void {
    if (this.#end !== undefined) return;
    clearTimeout(this.#timer);
    this.#end = {};
    this.#forget();
    this.#connection.abort(new Error("the answer was given up"));
  }

  #mayGather(): boolean {
    return this.#gatherMs > 0 && this.#unread < mostGathered && this.#end === undefined;
  }

  /** The chunks of one network read are given together. */
  #serveSoon(): void {
    if (this.#servesSoon) return;
    this.#servesSoon = true;
    queueMicrotask(() => {
      this.#servesSoon = false;
      this.#serve();
    });
  }

  #serve(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const reader = this.#reader;
    if (reader === undefined) return;
    const [first, ...more] = this.#pieces;
    if (first === undefined && this.#end === undefined) return;
    // Now: what the connection holds comes while it goes on, and is for the next one.
    this.#reader = undefined;
    if (first !== undefined) {
      this.#pieces = [];
      this.#unread = 0;
      reader.resolve(more.length === 0 ? first : Buffer.concat([first, ...more]));
      if (this.#connection.paused) this.#connection.resume();
    } else if (this.#end && "error" in this.#end) reader.reject(this.#end.error);
    else reader.resolve(undefined);
  }
}

function valueIn(fields: HeaderFields, name: string): string | null {
  if (!Object.hasOwn(fields, name)) return null;
  const value = fields[name];
  return typeof value === "string" ? value : (value?.join(", ") ?? null);
}

/** A header can name thousands, each of which costs memory. */
const mostPackings = 4;

/** Compressions that are not undone: they are rare where none is asked for. */
const otherPackings: ReadonlySet<string> = new Set(["br", "zstd", "compress", "x-compress"]);

/**
 * Decompresses a body: some gateways compress without being asked. Other words in the header are no compression:
 * servers write `none` there so that proxies leave their events alone, or the character set.
 * @throws Error for a compression that is not undone, and for too many of them
 */
function unpacked(body: ByteSource, packing: string | null): ByteSource {
  const words = (packing ?? "").split(",", mostPackings + 1);
  if (words.length > mostPackings) throw new Error(`its answer is compressed more than ${mostPackings} times`);
  // The last one was applied last.
  return words.reduceRight((source, word) => unpackedOnce(source, word.trim().toLowerCase()), body);
}

function unpackedOnce(body: ByteSource, name: string): ByteSource {
  switch (name) {
    case "gzip":
    case "x-gzip":
      return sourceOf(streamOf(body).pipeThrough(new DecompressionStream("gzip")));
    case "deflate":
      return sourceOf(streamOf(body).pipeThrough(new DecompressionStream("deflate")));
    default:
      if (otherPackings.has(name)) throw new Error(`its answer is compressed with ${name}, which was not requested`);
      return body;
  }
}

/** A body as a web stream, for a `Response`. */
export function streamOf(body: ByteSource): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const bytes = await body.read();
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes as Uint8Array<ArrayBuffer>);
      },
      cancel: () => body.cancel(),
    },
    { highWaterMark: 0 },
  );
}
