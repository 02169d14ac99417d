import { request, type Agent } from "node:http";
import type { ChildServer } from "./child-server.ts";
import { median, ms, ratioInterval, table } from "./figures.ts";
import { clientAgent } from "./streamed-run.ts";
import { startBed } from "./test-bed.ts";
import { verdict } from "./verdict.ts";

const warmUps = 4;
const rounds = 20;
const runsAtOnce = 12;
const runsPerTurn = 120;
/** What a run on another wire may cost, in runs of chat completions. */
const mostRatio = 1.1;

const question = [{ role: "user", content: "Why is the sky blue?" }];

/** The streamed APIs: where they are, what is sent, and how a good answer ends. */
const wires = [
  { name: "chat completions", path: "/v1/chat/completions", body: { messages: question }, end: "data: [DONE]\n\n" },
  { name: "Responses", path: "/v1/responses", body: { input: question }, end: '"status":"completed"' },
  { name: "Messages", path: "/v1/messages", body: { messages: question, max_tokens: 1000 }, end: "message_stop" },
] as const;
type BenchedWire = (typeof wires)[number];

/**
 * What a streamed run of three agents costs the server's process on each wire, beside chat completions, in turns on one
 * process, and when its first byte comes. Resolves with whether no wire costs much more.
 */
export async function wireCosts(): Promise<boolean> {
  await using bed = await startBed({ agents: 3, upstream: ["--events=100", "--every-ms=1"], bare: "calls" });
  const costs: number[][] = wires.map(() => []);
  const firstBytes: number[][] = wires.map(() => []);
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (let turn = 0; turn < wires.length; turn += 1) {
      // What one leaves behind in the process must not always meet the same one.
      const at = (turn + round) % wires.length;
      const { cpuUs, firstByteMs } = await turnOf(bed.massgen, wires[at] as BenchedWire);
      if (round < warmUps) continue;
      costs[at]?.push(cpuUs);
      firstBytes[at]?.push(...firstByteMs);
    }
  }
  const [chat = [], ...others] = costs;
  const intervals = others.map((cost) => ratioInterval(cost.map((us, at) => [chat[at] ?? Number.NaN, us])));
  const rows = wires.map(({ name }, at) => {
    const interval = intervals[at - 1];
    const compared = interval === undefined ? ["", ""] : [interval[1].toFixed(3), spread(interval)];
    return [name, median(costs[at] ?? []).toFixed(0), ...compared, ms(median(firstBytes[at] ?? []))];
  });
  console.log(`CPU of the server for a streamed run of 3 agents, 100 events an answer; ${rounds} rounds in turns\n`);
  console.log(table([["", "us/run", "ratio", "95 % interval", "first byte p50 ms"], ...rows]));
  return verdict(
    `each wire at most ${mostRatio} of chat completions`,
    intervals.every(([, ratio]) => ratio <= mostRatio),
  );
}

function spread([low, , high]: readonly [number, number, number]): string {
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}

async function turnOf(
  server: ChildServer,
  wire: BenchedWire,
): Promise<{ readonly cpuUs: number; readonly firstByteMs: readonly number[] }> {
  const agent = clientAgent();
  const firstByteMs: number[] = [];
  const before = await server.figures("collection");
  const askInTurn = async (): Promise<void> => {
    for (let run = 0; run < runsPerTurn / runsAtOnce; run += 1) firstByteMs.push(await askOn(agent, server.url, wire));
  };
  await Promise.all(Array.from({ length: runsAtOnce }, askInTurn));
  const after = await server.figures();
  agent.destroy();
  return { cpuUs: (after.cpuUs - before.cpuUs) / runsPerTurn, firstByteMs };
}

/** Resolves with the milliseconds to the first byte of the body; rejects when the answer did not end as a good one. */
function askOn(agent: Agent, serverUrl: string, { path, body, end }: BenchedWire): Promise<number> {
  const sent = JSON.stringify({ model: "massgen", stream: true, ...body });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(sent) };
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const began = performance.now();
  const call = request(`${serverUrl}${path}`, { agent, method: "POST", headers });
  call.on("error", reject);
  call.on("response", (response) => {
    let firstByteMs = Number.NaN;
    let text = "";
    response.setEncoding("latin1");
    response.on("data", (piece: string) => {
      if (text === "") firstByteMs = performance.now() - began;
      text += piece;
    });
    response.on("error", reject);
    response.on("end", () => {
      if (response.statusCode === 200 && text.includes(end)) resolve(firstByteMs);
      else reject(new Error(`${path}: status ${response.statusCode}, the answer ended with ${text.slice(-200)}`));
    });
  });
  call.end(sent);
  return promise;
}
