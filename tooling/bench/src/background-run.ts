import { request, type Agent } from "node:http";
import { sharedMs } from "./clock.ts";

/** How a run in the background went, watched from its start. */
export interface BackgroundTimes {
  /** The id of the response. */
  readonly id: string;
  /** From when it was due to the first event that tells of a fact: the ones before it tell of the request. */
  readonly firstFactMs: number;
  /** From when it was due to its last event. */
  readonly totalMs: number;
}

/** These come before anything has happened. */
const announcements = /"type":"response\.(?:created|queued|in_progress)"/;

/**
 * Starts a run in the background over the Responses API and watches it to its end.
 * @param dueAt when it was due, by the shared clock
 */
export function backgroundRun(agent: Agent, serverUrl: string, input: string, dueAt: number): Promise<BackgroundTimes> {
  const body = JSON.stringify({ model: "massgen", background: true, stream: true, input });
  const { promise, resolve, reject } = Promise.withResolvers<BackgroundTimes>();
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const call = request(`${serverUrl}/v1/responses`, { agent, method: "POST", headers });
  call.on("error", reject);
  call.on("response", (response) => {
    let firstFactMs: number | undefined;
    let id: string | undefined;
    let text = "";
    response.setEncoding("latin1");
    response.on("data", (piece: string) => {
      text += piece;
      id ??= /"id":"(resp_[^"]+)"/.exec(text)?.[1];
      if (firstFactMs === undefined && text.split("\n\n").some(tellsOfFact)) firstFactMs = sharedMs() - dueAt;
    });
    response.on("error", reject);
    response.on("end", () => {
      const whole = response.statusCode === 200 && text.includes('"type":"response.completed"');
      if (!whole || id === undefined || firstFactMs === undefined) {
        reject(new Error(`status ${response.statusCode}, the answer ended with ${text.slice(-200)}`));
      } else resolve({ id, firstFactMs, totalMs: sharedMs() - dueAt });
    });
  });
  call.end(body);
  return promise;
}

function tellsOfFact(event: string): boolean {
  return event.includes('"type":"response.') && !announcements.test(event);
}

/** Asks for a response by its id. Resolves with the milliseconds that it took; rejects when it is not completed. */
export function getResponse(agent: Agent, serverUrl: string, id: string, dueAt: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const call = request(`${serverUrl}/v1/responses/${id}`, { agent });
  call.on("error", reject);
  call.on("response", (response) => {
    let text = "";
    response.setEncoding("latin1");
    response.on("data", (piece: string) => (text += piece));
    response.on("error", reject);
    response.on("end", () => {
      if (response.statusCode === 200 && text.includes('"completed"')) resolve(sharedMs() - dueAt);
      else reject(new Error(`status ${response.statusCode}: ${text.slice(0, 200)}`));
    });
  });
  call.end();
  return promise;
}
