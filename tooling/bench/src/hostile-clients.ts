import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { ms, quantile, table } from "./figures.ts";
import { hostileRequests } from "./hostile-requests.ts";
import type { SenderData, SenderReport } from "./hostile-sender.ts";
import { startMassgen } from "./test-bed.ts";
import { verdict } from "./verdict.ts";

const clients = 10;
const seconds = 45;
const quietSeconds = 5;
const probeEveryMs = 10;
const mostHealthMs = 100;

/**
 * Ten clients send the worst of bodies and schemas at once. Resolves with whether `/health` answers in time all the
 * while.
 */
export async function hostileClients(): Promise<boolean> {
  await using massgen = await startMassgen(
    "agents:\n  - { id: a, backend: { type: demo } }\n  - { id: b, backend: { type: demo } }\n",
    {},
  );
  const quiet = await probeFor(massgen.url, quietSeconds);
  const data: SenderData = { url: massgen.url, clients };
  const sender = new Worker(new URL("hostile-sender.ts", import.meta.url), { workerData: data });
  await once(sender, "message");
  const fire = await probeFor(massgen.url, seconds);
  sender.postMessage("stop");
  const [report] = (await once(sender, "message")) as [SenderReport];
  const { rssBytes } = await massgen.figures();

  console.log(
    `${clients} clients, ${hostileRequests.size} kinds of requests in turn, ${seconds} s; /health every ${probeEveryMs} ms\n`,
  );
  const row = (who: string, times: readonly number[]): string[] => [
    who,
    String(times.length),
    ...[0.5, 0.99, 1].map((part) => ms(quantile(times, part))),
  ];
  console.log(
    table([["/health", "asked", "p50 ms", "p99 ms", "max ms"], row("alone", quiet), row("under fire", fire)]),
  );
  const answers = [...hostileRequests.keys()].map((name) => [name, statuses(report[name])]);
  console.log(
    `\n${table([["request", "answers"], ...answers])}\n\nRSS after it: ${(rssBytes / 2 ** 20).toFixed(0)} MiB`,
  );
  const crashes = Object.values(report)
    .flatMap(Object.keys)
    .filter((status) => !/^[2345]\d\d$/.test(status) || status === "500");
  return [
    verdict(`/health p99 at most ${mostHealthMs} ms`, quantile(fire, 0.99) <= mostHealthMs),
    verdict(`no request without an answer, and no 500 (${crashes.length})`, crashes.length === 0),
  ].every(Boolean);
}

function statuses(counts: Readonly<Record<string, number>> = {}): string {
  return Object.entries(counts)
    .map(([status, count]) => `${count} x ${status}`)
    .join(", ");
}

async function probeFor(url: string, howLongS: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  const endMs = performance.now() + howLongS * 1000;
  while (performance.now() < endMs) {
    const startMs = performance.now();
    await health(url, agent);
    times.push(performance.now() - startMs);
    await wait(probeEveryMs);
  }
  agent.destroy();
  return times;
}

function health(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const get = request(`${url}/health`, { agent }, (response) => {
      response.resume();
      response.on("end", resolve);
    });
    get.on("error", reject);
    get.end();
  });
}
