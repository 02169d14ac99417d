import type { Agent, Dispatcher } from "undici";

type Fetch = typeof globalThis.fetch;

/** How much of a body may lie here unread, in bytes, before its connection is held back. */
const mostUnread = 64 * 1024;

/** What is sent along unless the caller says something else. Some services turn away who does not say what it is; packed events come late. */
const ownHeaders = { "user-agent": "massgen", "accept-encoding": "identity" };

/**
 * `fetch` over the connections of a pool. The requests that models get (a text for an address, redirects not followed) go straight to the
 * pool, at less than half of what undici's `fetch` costs; all others go through that. The short way differs in one thing: an answer that is
 * dropped unread keeps its connection until its body is cancelled or its request aborted.
 */
export function pooledFetch(undici: Pick<typeof import("undici"), "fetch">, agent: Agent): Fetch {
  const wholeFetch = undici.fetch as unknown as (input: unknown, init: unknown) => Promise<Response>;
  return (input, init = {}) => {
    const request = shortRequest(input, init);
    return request === undefined ? wholeFetch(input, { ...init, dispatcher: agent }) : exchange(agent, request);
  };
}

/** A request that can go the short way. */
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
  if (given instanceof Headers || Array.isArray(given)) return undefined;
  const headers: Record<string, string> = { ...ownHeaders };
  for (const [name, value = ""] of Object.entries(given)) headers[name.toLowerCase()] = value;
  return { url: new URL(input), method, headers, body, signal };
}

/** Sends one request and resolves with its answer as soon as the head of it is there. */
function exchange(agent: Agent, { url, method, headers, body, signal }: ShortRequest): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  let connection: Dispatcher.DispatchController | undefined;
  let answer: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;

  const forget = (): void => signal?.removeEventListener("abort", abort);
  function fail(error: unknown): void {
    forget();
    reject(error);
    answer?.error(error);
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
      const bodiless = status === 204 || status === 205 || status === 304;
      const stream = bodiless ? null : unpacked(bodyFrom(controller), fields["content-encoding"]);
      resolve(new Response(stream, { status, headers: entriesOf(fields) }));
    },
    onResponseData(controller, bytes) {
      answer?.enqueue(bytes as Uint8Array<ArrayBuffer>);
      if ((answer?.desiredSize ?? 1) <= 0) controller.pause();
    },
    onResponseEnd() {
      forget();
      answer?.close();
    },
    onResponseError(_controller, cause) {
      fail(new TypeError(answer === undefined ? "fetch failed" : "terminated", { cause }));
    },
  };

  if (signal?.aborted) abort();
  else {
    signal?.addEventListener("abort", abort);
    agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body }, handler);
  }
  return promise;
}

/** Some gateways pack what they pass on without being asked. */
function unpacked(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  packing: string | readonly string[] | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return packing === "gzip" || packing === "deflate" ? body.pipeThrough(new DecompressionStream(packing)) : body;
}

function entriesOf(fields: Readonly<Record<string, string | readonly string[] | undefined>>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value = []]) =>
    typeof value === "string" ? [[name, value]] : value.map((one): [string, string] => [name, one]),
  );
}
