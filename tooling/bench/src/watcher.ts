import { get } from "node:http";
import { type ChildServer, startScript } from "./child-server.ts";
import { sharedMs } from "./clock.ts";
import { ratioInterval, table } from "./figures.ts";
import { clientAgent, streamedRun } from "./streamed-run.ts";
import { model300ms, startMassgen, teamOf } from "./test-bed.ts";
import { verdict } from "./verdict.ts";

const warmUps = 2;
const pairs = 12;
const atOnce = 50;
const runsPerTurn = 100;
const mostRatio = 1.05;
const key = "key-of-who-watches";

/**
 * What the server's process spends on a run while somebody watches one of those under way, with its drafts, beside the
 * same without: the same process, in turns. Resolves with whether watching costs little, with 95 % confidence.
 */
export async function watcher(): Promise<boolean> {
  const upstream = await startScript(new URL("paced-upstream.ts", import.meta.url), model300ms);
  const { config, env } = teamOf(3, upstream.url);
  const costs: [number, number][] = [];
  let watched = 0;
  {
    await using server = await startMassgen(config, { ...env, MASSGEN_SERVER_ADMIN_KEY: key });
    for (let round = 0; round < warmUps + pairs; round++) {
      const first = round % 2;
      const pair: [number, number] = [0, 0];
      for (const side of [first, 1 - first]) {
        const turn = await costOfRun(server, side === 1);
        pair[side] = turn.us;
        watched += turn.events;
      }
      if (round >= warmUps) costs.push(pair);
    }
  }
  await upstream.stop();
  const [low, ratio, high] = ratioInterval(costs);
  const [alone, seen] = [0, 1].map((side) => costs.reduce((sum, pair) => sum + (pair[side] ?? 0), 0) / pairs);
  console.log(
    `CPU of the server for a run of 3 agents, ${atOnce} at once; ${pairs} pairs of ${runsPerTurn} runs, in turns\n`,
  );
  console.log(
    table([
      ["unwatched us/run", "one watched us/run", "ratio", "95 % interval", "events seen"],
      [
        (alone ?? 0).toFixed(0),
        (seen ?? 0).toFixed(0),
        ratio.toFixed(3),
        `${low.toFixed(3)} to ${high.toFixed(3)}`,
        String(watched),
      ],
    ]),
  );
  return verdict(
    `upper end of the ratio's interval below ${mostRatio}, and the watcher saw events`,
    high < mostRatio && watched > 0,
  );
}

/** Microseconds of the server's process for a run, and the events that the watcher got. */
async function costOfRun(
  server: ChildServer,
  watches: boolean,
): Promise<{ readonly us: number; readonly events: number }> {
  const agent = clientAgent();
  const before = await server.figures("collection");
  let events = 0;
  const askInTurn = async (_: unknown, asker: number): Promise<void> => {
    for (let run = 0; run < runsPerTurn / atOnce; run++) {
      const asked = streamedRun(agent, server.url, "Why is the sky blue?", sharedMs());
      const [seen] = await Promise.all([
        watches && asker === 0 ? asked.runId.then((id) => eventsOf(server.url, id)) : 0,
        asked.done,
      ]);
      events += seen;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askInTurn));
  const after = await server.figures();
  agent.destroy();
  return { us: (after.cpuUs - before.cpuUs) / runsPerTurn, events };
}

/** Reads the events of a run to their end, as the console does. Resolves with how many there were. */
function eventsOf(url: string, runId: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { authorization: `Bearer ${key}` };
  get(`${url}/massgen/runs/${runId}/events?drafts=1`, { headers }, (response) => {
    let events = 0;
    response.setEncoding("utf8");
    response.on("data", (text: string) => (events += text.split("data: ").length - 1));
    response.on("end", () => {
      if (response.statusCode === 200) resolve(events);
      else reject(new Error(`the events of ${runId}: status ${response.statusCode}`));
    });
    response.on("error", reject);
  }).on("error", reject);
  return promise;
}
