import { setTimeout as delay } from "node:timers/promises";
import { sharedMs } from "./clock.ts";
import { median, ms, table } from "./figures.ts";
import { clientAgent, streamedRun } from "./streamed-run.ts";
import { startBed } from "./test-bed.ts";
import { verdict } from "./verdict.ts";

const starts = 15;
const requests = 10;
/** How long a server that has just started is left alone. */
const aloneMs = 1000;
/** Answers of five milliseconds, so that what a server adds is seen. */
const shortAnswers = ["--events=5", "--every-ms=1"];
const mostMoreMs = 100;

/** What the first request after a start takes, and the tenth: what the first needs was loaded before anybody asked. */
export async function firstRequest(): Promise<boolean> {
  const first = { "bare calls": [] as number[], massgen: [] as number[] };
  const tenth = { "bare calls": [] as number[], massgen: [] as number[] };
  for (let n = 0; n < starts; n += 1) {
    await using bed = await startBed({ agents: 3, upstream: shortAnswers, bare: "calls" });
    await delay(aloneMs);
    for (const who of ["bare calls", "massgen"] as const) {
      const times = await timesOf(who === "massgen" ? bed.massgen.url : bed.bare.url);
      first[who].push(times.at(0) ?? Number.NaN);
      tenth[who].push(times.at(-1) ?? Number.NaN);
    }
  }
  const row = (who: keyof typeof first): string[] => [who, ms(median(first[who])), ms(median(tenth[who]))];
  console.log(`A run of 3 agents after a start, one at a time, median of ${starts} starts\n`);
  console.log(table([["", "first ms", "tenth ms"], row("bare calls"), row("massgen")]));
  const more = median(first.massgen) - median(tenth.massgen);
  return verdict(`massgen's first at most ${mostMoreMs} ms more than its tenth`, more <= mostMoreMs);
}

async function timesOf(url: string): Promise<readonly number[]> {
  const agent = clientAgent();
  const times: number[] = [];
  for (let n = 0; n < requests; n += 1) {
    times.push((await streamedRun(agent, url, "Why is the sky blue?", sharedMs()).done).totalMs);
  }
  agent.destroy();
  return times;
}
