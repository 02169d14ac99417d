import type { Dispatcher } from "undici";

type Fetch = typeof globalThis.fetch;

/** How many bytes of a body may be unread before its connection is paused. */
const mostUnread = 64 * 1024;

/**
 * Headers that are sent unless the caller gives others. Some services reject clients without a user agent. Compressed
 * events arrive late.
 */
const ownHeaders = { "user-agent": "massgen", "accept-encoding": "identity" };

/**
 * `fetch` over the connections of a pool. The requests that models make (a URL as text, redirects not followed) go
 * straight to the pool, at less than half of what undici's `fetch` costs; all others go through that `fetch`. What
 * differs on this short cut: an answer that is dropped unread keeps its connection until its body is cancelled or its
 * request aborted; compression other than gzip and deflate is an error; the only headers sent are those given,
 * {@link ownHeaders} and what HTTP needs; and the response has no `url`.
 */
export function pooledFetch(undici: Pick<typeof import("undici"), "fetch">, agent: Dispatcher): Fetch {
  const wholeFetch = undici.fetch as unknown as (input: unknown, init: unknown) => Promise<Response>;
  return (input, init = {}) => {
    const request = shortRequest(input, init);
    return request === undefined ? wholeFetch(input, { ...init, dispatcher: agent }) : exchange(agent, request);
  };
}

/** A request that can take the short cut. */
interface ShortRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal | null;
}

function shortRequest(...[input, init = {}]: Parameters<Fetch>): ShortRequest | undefined {
  const { method = "GET", headers: given = {}, body = null, redirect, signal = null } = init;
  if (typeof input !== "string" || redirect !== "manual" || (body !== null && typeof body !== "string"))
    return undefined;
  const url = new URL(input);
  if (Symbol.iterator in given || url.username !== "" || url.password !== "") return undefined;
  const headers: Record<string, string> = { ...ownHeaders };
  for (const [name, value = ""] of Object.entries(given)) headers[name.toLowerCase()] = value.trim();
  return { url, method: method.toUpperCase(), headers, body, signal };
}

/** Sends one request and resolves with its answer as soon as the head has arrived. */
function exchange(agent: Dispatcher, { url, method, headers, body, signal }: ShortRequest): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  let connection: Dispatcher.DispatchController | undefined;
  let answer: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;

  // The chunks of one network read are passed on together.
  let pieces: Buffer[] = [];
  let heldBytes = 0;

  function flush(): void {
    if (pieces.length > 0) answer?.enqueue(Buffer.concat(pieces));
    pieces = [];
    heldBytes = 0;
  }
  /** Releases the caller, which gets nothing more. */
  function forget(): void {
    signal?.removeEventListener("abort", abort);
    answer = undefined;
  }
  function fail(error: unknown): void {
    reject(error);
    answer?.error(error);
    forget();
  }
  function abort(): void {
    fail(signal?.reason);
    connection?.abort(signal?.reason as Error);
  }
  const bodyFrom = (controller: Dispatcher.DispatchController): ReadableStream<Uint8Array<ArrayBuffer>> =>
    new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start: (source) => void (answer = source),
        pull: () => void (controller.paused && controller.resume()),
        cancel: () => {
          forget();
          controller.abort(new Error("the answer was given up"));
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: mostUnread }),
    );

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
      const bodiless = status === 204 || status === 205 || status === 304;
      const stream = bodiless ? null : unpacked(bodyFrom(controller), fields["content-encoding"]);
      resolve(new Response(stream, { status, headers: entriesOf(fields) }));
    },
    onResponseData(controller, bytes) {
      // A proxy's refusal fails the request at its head, so its body is not read.
      if (answer === undefined) return controller.abort(new Error("nobody reads this body"));
      if (pieces.push(bytes) === 1) queueMicrotask(flush);
      heldBytes += bytes.length;
      if ((answer?.desiredSize ?? Infinity) <= heldBytes) controller.pause();
    },
    onResponseEnd() {
      flush();
      answer?.close();
      forget();
    },
    onResponseError(_controller, cause) {
      flush();
      fail(new TypeError(answer === undefined ? "fetch failed" : "terminated", { cause }));
    },
  };

  if (signal?.aborted) abort();
  else {
    signal?.addEventListener("abort", abort);
    try {
      agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body }, handler);
    } catch (error) {
      // An error about the request itself is thrown here and not reported to the handler.
      fail(error);
    }
  }
  return promise;
}

/** Decompresses a body: some gateways compress without being asked. @throws Error for an unknown compression */
function unpacked(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  packing: string | readonly string[] = "identity",
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const name = String(packing).trim().toLowerCase();
  switch (name) {
    case "identity":
    case "":
      return body;
    case "gzip":
    case "x-gzip":
      return body.pipeThrough(new DecompressionStream("gzip"));
    case "deflate":
      return body.pipeThrough(new DecompressionStream("deflate"));
    default:
      throw new Error(`its answer is compressed with ${name}, which was not requested`);
  }
}

function entriesOf(fields: Readonly<Record<string, string | readonly string[] | undefined>>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value = []]) =>
    typeof value === "string" ? [[name, value]] : value.map((one): [string, string] => [name, one]),
  );
}
