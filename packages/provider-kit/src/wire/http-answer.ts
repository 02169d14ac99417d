import type { HeaderSource } from "./retry-after.ts";

/** What the wires need of an HTTP answer, whose head has arrived. A `Response` has all of it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: HeaderSource;
  /** Undefined for an answer without a body, such as a 204. */
  readonly body: ByteSource | undefined;
}

/** The bytes of a body, in the order of arrival. */
export interface ByteSource {
  /**
   * What has arrived since the last read, or what comes next; undefined at the end. One read at a time.
   * @param gatherMs how long to wait for more behind the first byte, in milliseconds; a source may ignore it
   */
  readonly read: (gatherMs?: number) => Promise<Uint8Array | undefined>;
  /** Closes the connection unless everything was read. */
  readonly cancel: () => void;
}

/** A request as the wires make it: redirects are not followed. */
export interface DirectRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

type Fetch = typeof globalThis.fetch;
type AskDirectly = (url: string, request: DirectRequest) => Promise<HttpAnswer>;

const directly = Symbol.for("massgen.ask-directly");

/**
 * Gives a `fetch` a way beside it that makes neither a `Response` nor a web stream: these cost more than the rest of a
 * short answer. A `fetch` that wraps this one does without.
 */
export function withDirectWay(fetch: Fetch, ask: AskDirectly): Fetch {
  return Object.assign(fetch, { [directly]: ask });
}

/** Sends a request, directly where the `fetch` has a way to. */
export async function ask(
  fetch: Fetch & { [directly]?: AskDirectly },
  url: string,
  request: DirectRequest,
): Promise<HttpAnswer> {
  const way = fetch[directly];
  if (way !== undefined) return way(url, request);
  // fetch would send the key to the host of a redirect.
  const { status, headers, body } = await fetch(url, { ...request, redirect: "manual" });
  return { status, headers, body: body === null ? undefined : sourceOf(body) };
}

/** The bytes of a web stream. */
export function sourceOf(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  return {
    read: async () => (await reader.read()).value,
    cancel: () => void reader.cancel().catch(() => undefined),
  };
}
