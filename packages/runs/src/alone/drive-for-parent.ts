import { type Agent, type JournaledRun, type Limiter, type Ports, resumeRun } from "@massgen/core";
import type { KeptRun } from "../kept-run.ts";
import { type Channel, type FromChild, type ToChild, talkOn } from "./channel.ts";
import { borrowMoney } from "./money.ts";
import { borrowTurns } from "./turns.ts";

export interface DriveForParentOptions {
  /** The way to the process that keeps the run. */
  readonly channel: Pick<Channel, "send" | "onMessage">;
  readonly ports: Ports;
  /** Gets what limits the calls: see {@link borrowTurns}. Resolves when agents can be asked for. */
  readonly prepare: (limiter: Limiter) => Promise<(run: KeptRun) => Promise<readonly Agent[]>>;
}

/**
 * Drives one run for the process that has started this one: it keeps the facts, and goes on without us when we die.
 * Resolves when nothing is left to do.
 */
export async function driveForParent({ channel, ports, prepare }: DriveForParentOptions): Promise<void> {
  const listeners: ((told: ToChild) => void)[] = [];
  const { say, hear: hearAll } = talkOn<FromChild, ToChild>(channel);
  const hear = (listener: (told: ToChild) => void): void => void listeners.push(listener);
  const ordered = Promise.withResolvers<Extract<ToChild, { type: "drive" }>>();
  let run: JournaledRun | undefined;
  let appended = Promise.withResolvers<"kept" | "taken">();
  /** What others wrote while the run was not there yet. */
  const early: Extract<ToChild, { type: "take" }>[] = [];

  hear((told) => {
    switch (told.type) {
      case "drive":
        ordered.resolve(told);
        return;
      case "appended":
        if (told.answer === undefined) appended.reject(new Error(told.error ?? "the facts could not be kept"));
        else appended.resolve(told.answer);
        return;
      case "take":
        if (run) run.take(told.seq, told.fact);
        else early.push(told);
        return;
      case "abandon":
        run?.abandon();
        return;
      case "queued":
      case "turn":
      case "reserved":
        return;
    }
  });
  hearAll((told) => {
    for (const listener of listeners) listener(told);
  });

  const agentsFor = await prepare(borrowTurns({ say, hear }));
  say({ type: "ready" });
  const { task, elapsedMs, limited } = await ordered.promise;
  const { run: kept, log, cause } = task;
  const { setup, request } = kept;
  run = resumeRun({
    setup,
    agents: await agentsFor(kept),
    request: { ...request, ...(limited && { allowance: borrowMoney({ say, hear }) }) },
    log,
    elapsedMs,
    cause,
    // One append is out at a time.
    journal: {
      append(facts, seq) {
        appended = Promise.withResolvers();
        say({ type: "append", seq, facts });
        return appended.promise;
      },
    },
    ports,
  });
  for (const { seq, fact } of early) run.take(seq, fact);
  let left = true;
  for await (const { type } of run.events()) if (type === "run-finished") left = false;
  await run.settled();
  say({ type: "over", left });
}
