import type { AnswerNowEffect, Fact, Ports, RuleBook } from "@massgen/core";
import { answerNowIn } from "@massgen/core/replay";
import { elapsedMsOf } from "./elapsed.ts";
import type { KeptRun } from "./kept-run.ts";
import type { RunStore } from "./run-store.ts";

interface AskParts {
  readonly store: Pick<RunStore, "read" | "append">;
  readonly ports: Pick<Ports, "clock">;
  readonly rules?: RuleBook;
}

/** Writes `answer-now` behind what has happened in a run: whoever drives it reads it there. */
export async function askForAnswer({ store, ports, rules }: AskParts, run: KeptRun): Promise<AnswerNowEffect> {
  for (;;) {
    const log = await store.read(run.id, 0);
    const effect = answerNowIn(run.setup, log, rules);
    if (effect === "none") return effect;
    const atMs = Math.max(log.at(-1)?.atMs ?? 0, elapsedMsOf(run, log, ports.clock.date()));
    const fact: Fact = { type: "answer-now", atMs };
    const appended = await store.append(run.id, log.length, [fact]);
    if (appended === "gone") return "none";
    if (appended === "kept") return effect;
  }
}
