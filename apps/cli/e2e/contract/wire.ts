import {
  parseErrorBody,
  parseStream,
  readFrames,
  type ErrorBodyShape,
  type StreamedAnswer,
} from "@massgen/openai-shapes";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";

/** A response read piece by piece, at the test's pace, on a connection of its own. */
export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly message: IncomingMessage;
  /** Everything up to and including `mark`, from where the last call ended. Rejects when the stream ends before. */
  readonly until: (mark: string) => Promise<string>;
  /** What is left. Rejects when the body does not end well. */
  readonly rest: () => Promise<string>;
  /** Breaks the connection. */
  readonly leave: () => void;
}

export interface WireOptions {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as it is: nothing retried, unpacked or parsed. A body that is neither text nor bytes goes out as JSON. */
export function send(url: string, body?: unknown, options: WireOptions = {}): Promise<WireResponse> {
  const { path = "/v1/chat/completions", method = "POST", headers = {} } = options;
  return new Promise((resolve, reject) => {
    const settings = { method, agent: false, headers: { "content-type": "application/json", ...headers } };
    const out = request(url + path, settings, (message) => resolve(wireResponse(message, () => out.destroy())));
    out.once("error", reject);
    const raw = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
    out.end(raw ? body : JSON.stringify(body));
  });
}

function wireResponse(message: IncomingMessage, leave: () => void): WireResponse {
  message.setEncoding("utf8");
  const pieces = message[Symbol.asyncIterator]() as AsyncIterator<string>;
  let buffer = "";
  const take = (length: number): string => {
    const text = buffer.slice(0, length);
    buffer = buffer.slice(length);
    return text;
  };
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
      return take(buffer.indexOf(mark) + mark.length);
    },
    async rest() {
      while (await more());
      return take(buffer.length);
    },
    leave,
  };
}

/** The error a response brings, with its status and headers; it must be JSON in OpenAI's shape. */
export async function problem(response: WireResponse): Promise<{
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly error: ErrorBodyShape["error"];
}> {
  const { status, headers } = response;
  if (headers["content-type"] !== "application/json; charset=utf-8") {
    throw new TypeError(`Not JSON but ${headers["content-type"]}: ${await response.rest()}`);
  }
  return { status, headers, error: parseErrorBody(JSON.parse(await response.rest())).error };
}

/** A stream that ended well, put together. */
export function readStream(body: string): StreamedAnswer {
  const { chunks, error } = readFrames(body);
  if (error !== undefined) throw new TypeError(`The stream failed: ${error.error.message}`);
  return parseStream(chunks);
}

/** The error at the end of a stream that failed, and the text before it. */
export function readBrokenStream(body: string): {
  readonly content: string;
  readonly error: ErrorBodyShape["error"];
} {
  const { chunks: frames, error } = readFrames(body);
  if (error === undefined) throw new TypeError("The stream did not fail.");
  const chunks = frames as { choices: { delta: { content?: string }; finish_reason: unknown }[] }[];
  if (chunks.some((chunk) => chunk.choices[0]?.finish_reason)) throw new TypeError("A failure after a finish_reason.");
  return { content: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), error: error.error };
}

/** Writes bytes on a connection of their own and returns all that comes back until the server closes it. */
export async function exchange(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  socket.write(bytes);
  return ((await socket.toArray()) as string[]).join("");
}
