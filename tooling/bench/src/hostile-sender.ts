// Worker: so many clients that send one worst request after the other until they are told to stop, and then say what
// was answered.
import { Agent, request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { hostileRequests } from "./hostile-requests.ts";

/** What the sender is started with. */
export interface SenderData {
  readonly url: string;
  readonly clients: number;
}

/** How often each kind of request was answered, by status. */
export type SenderReport = Readonly<Record<string, Readonly<Record<string, number>>>>;

const { url, clients } = workerData as SenderData;
const agent = new Agent({ keepAlive: true, maxSockets: clients });
const kinds = [...hostileRequests];
const report: Record<string, Record<string, number>> = {};
let sent = 0;
const stop = new AbortController();

function send(body: string): Promise<string> {
  return new Promise((resolve) => {
    const post = request(
      `${url}/v1/chat/completions`,
      {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on("close", () => resolve(String(response.statusCode)));
      },
    );
    post.on("error", (error) => resolve(error.message));
    post.end(body);
  });
}

async function client(first: number): Promise<void> {
  for (let turn = first; !stop.signal.aborted; turn++) {
    const [name, make] = kinds[turn % kinds.length] as (typeof kinds)[number];
    const status = await send(make(sent++));
    const counts = (report[name] ??= {});
    counts[status] = (counts[status] ?? 0) + 1;
  }
}

parentPort?.once("message", () => {
  stop.abort();
});
const all = Array.from({ length: clients }, (_, i) => client(Math.floor((i * kinds.length) / clients)));
parentPort?.postMessage("sending");
await Promise.all(all);
agent.destroy();
parentPort?.postMessage(report satisfies SenderReport);
