import { MassgenError } from "@massgen/core";
import { plainLine } from "../../terminal/plain-text.ts";
import type { RunServer } from "./find-server.ts";

/** Bounds of one answer. A log has every text of its run, and the request with its images. */
export interface AnswerBounds {
  /** From the request to the last byte, in milliseconds. */
  readonly timeMs: number;
  readonly bytes: number;
}

export const usualBounds: AnswerBounds = { timeMs: 120_000, bytes: 128 * 2 ** 20 };

/** What a server answered, as JSON: an object, or undefined where it was something else. */
export interface ServerAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** What it says is wrong, without a full stop. */
  readonly words: string;
}

/** The most characters of a server's own words that are shown. */
const longestWords = 300;

/**
 * Gets something from a server.
 * @param path from the server's address on
 * @returns the answer, whatever its status, except for those that concern the key
 * @throws MassgenError `configuration` where nobody answers, in time and within bounds, or the key is not right
 */
export async function askServer({ url, key }: RunServer, path: string, bounds: AnswerBounds): Promise<ServerAnswer> {
  let status: number;
  let text: string | undefined;
  try {
    const response = await fetch(url + path, {
      headers: { authorization: `Bearer ${key}`, accept: "application/json" },
      // The key is for this address only.
      redirect: "manual",
      signal: AbortSignal.timeout(bounds.timeMs),
    });
    status = response.status;
    text = await textOf(response, bounds.bytes);
  } catch (error) {
    throw fault(url, causeOf(error, bounds), error);
  }
  if (text === undefined) {
    throw fault(url, `its answer is larger than ${bounds.bytes / 2 ** 20} MiB, the most that is read`);
  }
  const body = objectIn(text);
  if (status === 401) {
    throw fault(url, "the key is not right. It takes an admin's key, or a client's, which shows that client's runs");
  }
  // A stranger might send back what it got.
  return { status, body, words: wordsOf(status, body).replaceAll(key, "[redacted]") };
}

/** An error of a server, in one sentence. */
export function fault(url: string, what: string, cause?: unknown): MassgenError {
  return new MassgenError("configuration", `${url}: ${what}.`, { cause });
}

function wordsOf(status: number, body: ServerAnswer["body"]): string {
  const { error } = body ?? {};
  const said = typeof error === "object" && error !== null && "message" in error ? error.message : undefined;
  const words = typeof said === "string" ? plainLine(said, longestWords).replace(/\.$/, "") : "";
  return words === "" ? `it answered with status ${status}` : `status ${status}, ${words}`;
}

/** Undefined if there are more bytes than that. */
async function textOf({ body }: Response, mostBytes: number): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    // Leaving the loop ends the transfer.
    if (bytes > mostBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function objectIn(text: string): ServerAnswer["body"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

const causes: ReadonlyMap<unknown, string> = new Map([
  ["ECONNREFUSED", "nothing listens there"],
  ["ENOTFOUND", "there is no such host"],
  ["EAI_AGAIN", "the name of the host could not be looked up"],
  ["ECONNRESET", "the connection broke"],
  ["UND_ERR_SOCKET", "the connection broke"],
  ["EHOSTUNREACH", "there is no way to that host"],
  ["ENETUNREACH", "there is no way to that host"],
  ["UND_ERR_CONNECT_TIMEOUT", "nothing answered in time"],
]);

/** Why there is no whole answer. */
function causeOf(error: unknown, { timeMs }: AnswerBounds): string {
  const advice = "Check the address, and that `massgen serve` runs there";
  if (error instanceof Error && error.name === "TimeoutError") return `no whole answer within ${timeMs / 1000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const code = cause !== undefined && "code" in cause ? cause.code : undefined;
  const known = causes.get(code);
  if (known !== undefined) return `${known}. ${advice}`;
  const words = plainLine(cause?.message ?? (typeof code === "string" ? code : "the request failed"), longestWords);
  return `${words.replace(/\.$/, "")}. ${advice}`;
}
