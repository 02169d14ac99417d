import { openLoop } from "./arrivals.ts";
import { type ChildServer, startScript } from "./child-server.ts";
import { seededNumbers, table } from "./figures.ts";
import { askInManner, type End, type Manner } from "./soak-client.ts";
import { clientAgent } from "./streamed-run.ts";
import { startMassgen } from "./test-bed.ts";
import { until } from "./upstream-calls.ts";
import { verdict } from "./verdict.ts";

const perSecond = 50;
const seed = 1;
const faultyShare = 0.15;
/** As long as a run takes whose calls all go well: these answer at once. */
const mostLeaveMs = 40;
const lookEveryMs = 5000;
/**
 * Of the heap over the second half. In the first one code is compiled, faults that are rare come for the first time,
 * and pools fill.
 */
const mostGrowth = 0.05;
/** Code that is not used any more goes only after some collections, and makes up several percent of the heap. */
const collections = 10;
/** Idle connections to the upstream are kept for a minute. */
const quietSeconds = 90;

/** Three wires; limits so short that models that say nothing fail within the bench's patience. */
function configFor(upstreamUrl: string): string {
  return `agents:
  - { id: first, backend: { type: openai, model: model-1, base_url: "${upstreamUrl}/v1", api_key: none-needed-1 } }
  - { id: second, backend: { type: claude, model: model-2, base_url: "${upstreamUrl}", api_key: none-needed-2 } }
  - { id: third, backend: { type: gemini, model: model-3, base_url: "${upstreamUrl}", api_key: none-needed-3 } }
timeout_settings:
  orchestrator_timeout_seconds: 12
  agent_timeout_seconds: 5
  first_token_timeout_seconds: 2
  idle_timeout_seconds: 2
`;
}

/** The server at one moment, by number of runs begun. */
interface Look {
  readonly runs: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly sockets: number;
}

/**
 * Runs of mixed luck for so many minutes. Resolves with whether they left nothing behind and every client was answered.
 */
export async function soak(minutes: number): Promise<boolean> {
  const upstream = await startScript(new URL("soak-upstream.ts", import.meta.url), [String(faultyShare), String(seed)]);
  await using massgen = await startMassgen(configFor(upstream.url), {});
  const next = seededNumbers(seed);
  let begun = 0;
  const looks: Look[] = [];
  const watch = setInterval(
    () =>
      void look(massgen, begun).then(
        (found) => looks.push(found),
        () => undefined,
      ),
    lookEveryMs,
  );
  const count = Math.round(minutes * 60 * perSecond);
  /**
   * A share of the runs, and the server when all of them have ended and no connection is left: what the heap holds then
   * is kept.
   */
  const stretch = async (share: number) => {
    const agent = clientAgent();
    const { results, peak } = await openLoop({ perSecond, count: Math.round(count * share) }, async () => {
      begun += 1;
      return askInManner(agent, massgen.url, mannerOf(next()), 1 + next() * mostLeaveMs);
    });
    agent.destroy();
    const left = await socketsLeft(massgen);
    return { results, peak, left, rest: await lookAtRest(massgen, begun) };
  };
  const { results: early, rest: before } = await stretch(0.5);
  const { results: late, rest: after, peak, left } = await stretch(0.5);
  const results = [...early, ...late];
  clearInterval(watch);
  const alive = massgen.running();
  await upstream.stop();

  const ends = (how: End): number => results.filter((end) => end === how).length;
  const growth = after.heapBytes / before.heapBytes - 1;
  console.log(
    `${minutes} minutes, ${perSecond} runs/s of 3 agents on 3 wires, open loop, ${faultyShare * 100} % of the calls go wrong, at most ${peak} at once\n`,
  );
  console.log(
    table([
      ["runs", "answered", "told of a failure", "left", "broken"],
      [count, ends("answered"), ends("told-of-failure"), ends("left"), ends("broken")].map(String),
    ]),
  );
  console.log(
    `\n${table([["after runs", "heap MiB", "RSS MiB", "sockets"], ...quartersOf(looks), ...[before, after].map((at) => rowOf(`${at.runs}, at rest`, at))])}`,
  );
  const perRun = (after.heapBytes - before.heapBytes) / (after.runs - before.runs);
  console.log(`\nheap at rest: ${perRun.toFixed(0)} bytes per run`);
  return [
    verdict(
      `heap at rest at most ${mostGrowth * 100} % above that after the first half (${(growth * 100).toFixed(1)} %)`,
      growth <= mostGrowth,
    ),
    verdict(`no socket left after the last run (${left})`, left === 0),
    verdict("no crash", alive),
    verdict("no client without a whole answer", ends("broken") === 0),
  ].every(Boolean);
}

function mannerOf(number: number): Manner {
  if (number < 0.1) return "leaves";
  return number < 0.3 ? "whole" : "streamed";
}

async function look(server: ChildServer, runs: number): Promise<Look> {
  const { heapBytes, rssBytes, sockets } = await server.figures("collection");
  return { runs, heapBytes, rssBytes, sockets };
}

async function lookAtRest(server: ChildServer, runs: number): Promise<Look> {
  for (let n = 1; n < collections; n += 1) await look(server, runs);
  return look(server, runs);
}

/** How many sockets the server still has once connections that are only kept had time to go. */
async function socketsLeft(server: ChildServer): Promise<number> {
  let left = NaN;
  await until("no sockets", quietSeconds, async () => {
    left = (await server.figures()).sockets;
    return left === 0;
  }).catch(() => undefined);
  return left;
}

function quartersOf(looks: readonly Look[]): string[][] {
  return [0.25, 0.5, 0.75, 1].flatMap((part) => {
    const look = looks[Math.ceil(part * looks.length) - 1];
    return look === undefined ? [] : [rowOf(String(look.runs), look)];
  });
}

function rowOf(label: string, { heapBytes, rssBytes, sockets }: Look): string[] {
  return [label, ...[heapBytes, rssBytes].map((bytes) => (bytes / 2 ** 20).toFixed(1)), String(sockets)];
}
