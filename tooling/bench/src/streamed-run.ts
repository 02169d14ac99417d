import { Agent, request, type ClientRequest } from "node:http";
import { sharedMs } from "./clock.ts";

/** How a streamed run went. */
export interface RunTimes {
  /** From when it was due to the first byte of the body. */
  readonly firstByteMs: number;
  /** From when it was due to the end of the body. */
  readonly totalMs: number;
}

/** A streamed run that is under way. */
export interface StreamedRun {
  /** Rejects when it did not end as a good answer ends. */
  readonly done: Promise<RunTimes>;
  /** Resolves when the stream begins. */
  readonly runId: Promise<string>;
  readonly hangUp: () => void;
}

/** Keeps connections as the clients of a busy server do. */
export function clientAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity });
}

const finish = '"finish_reason":"stop"';
const failure = 'data: {"error"';
/** Kept of what was read, so that nothing is missed that two reads share. */
const overlap = 40;

/**
 * Asks a server one question, streamed.
 * @param dueAt when the question was due, by the shared clock: waiting to be asked counts
 */
export function streamedRun(agent: Agent, serverUrl: string, question: string, dueAt: number): StreamedRun {
  const body = JSON.stringify({ model: "massgen", stream: true, messages: [{ role: "user", content: question }] });
  const { promise, resolve, reject } = Promise.withResolvers<RunTimes>();
  const begun = Promise.withResolvers<string>();
  const call: ClientRequest = request(`${serverUrl}/v1/chat/completions`, {
    agent,
    method: "POST",
    headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
  });
  call.on("error", reject);
  call.on("response", (response) => {
    begun.resolve(String(response.headers["x-massgen-run-id"]));
    let firstByteMs: number | undefined;
    let finished = false;
    let failed = false;
    let tail = "";
    response.setEncoding("latin1");
    response.on("data", (text: string) => {
      firstByteMs ??= sharedMs() - dueAt;
      tail += text;
      finished ||= tail.includes(finish);
      failed ||= tail.includes(failure);
      tail = tail.slice(-overlap);
    });
    response.on("error", reject);
    response.on("end", () => {
      const whole = response.statusCode === 200 && finished && !failed && tail.endsWith("data: [DONE]\n\n");
      if (whole) resolve({ firstByteMs: firstByteMs ?? Infinity, totalMs: sharedMs() - dueAt });
      else reject(new Error(`status ${response.statusCode}, the answer ended with ${JSON.stringify(tail)}`));
    });
  });
  call.end(body);
  return { done: promise, runId: begun.promise, hangUp: () => void call.destroy() };
}
