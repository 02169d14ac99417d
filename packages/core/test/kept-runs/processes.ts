import type { Setup } from "../../src/coordination/state.ts";
import { MassgenError } from "../../src/errors.ts";
import type { RunRequest } from "../../src/run-request.ts";
import type { LoggedEvent } from "../../src/run/run-event.ts";
import { type JournaledRun, resumeRun } from "../../src/run/resume-run.ts";
import { createTeam, type Team } from "../../src/team.ts";
import { labelOf, phaseOf, scriptedModel, vote } from "../../src/testing/scripted-model.ts";
import { manualClock } from "../../src/testing/manual-clock.ts";
import { type Points, SharedJournal } from "./shared-journal.ts";

export const request: RunRequest = {
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  delivery: "whole",
  runId: "run_1",
};

/** A process that drives the run, and what a reader in it has seen. */
export interface Process {
  readonly run: JournaledRun;
  readonly events: LoggedEvent[];
  readonly read: Promise<void>;
}

/** One run, its journal, and processes that drive it. Everything that takes time is a pause. */
export class Processes {
  readonly clock = manualClock();
  readonly journal: SharedJournal;
  readonly team: Team;
  readonly all: Process[] = [];
  readonly #setup: Setup;
  /** Questions that were put to models. */
  requests = 0;

  constructor(points: Points = { pause: () => Promise.resolve() }, fails: () => boolean = () => false) {
    this.journal = new SharedJournal(points);
    const agents = ["a", "b", "c"].map((id) => ({
      id,
      model: scriptedModel(async (asked) => {
        this.requests += 1;
        await points.pause(id);
        if (fails()) return { error: new MassgenError("connection", "cut") };
        const phase = phaseOf(asked);
        if (phase === "ballot") return vote(labelOf(asked, id === "b" ? "a says" : "b says"), "clear");
        return phase === "draft" ? `${id} says` : { pieces: ["the ", "answer"] };
      }),
    }));
    const ports = { clock: this.clock, newRunId: () => "run_1", newSecret: () => "0123456789abcdef" };
    this.team = createTeam({ agents, ports });
    this.#setup = this.team.setupFor(request);
  }

  /** As it comes back from a store. */
  setup(): Setup {
    return JSON.parse(JSON.stringify(this.#setup)) as Setup;
  }

  /** Begins the run, or goes on with it, from what the journal has. */
  start(team = this.team, asked = request): Process {
    const journal = this.journal.for(() => run);
    const run: JournaledRun = resumeRun({
      setup: this.setup(),
      agents: team.agents,
      request: asked,
      log: this.journal.read(),
      elapsedMs: this.clock.now(),
      journal,
      ports: { clock: this.clock, newRunId: () => "never" },
    });
    const events: LoggedEvent[] = [];
    const read = (async () => {
      for await (const event of run.events()) if (event.seq !== undefined) events.push(event);
    })();
    const process = { run, events, read };
    this.all.push(process);
    return process;
  }

  /** Starts processes, each once the one before has stopped, until one brings the run to its end. */
  async finish(step: () => Promise<void>): Promise<Process> {
    for (let tries = 0; tries < 20; tries++) {
      const process = this.start();
      const state = { over: false };
      void process.run.settled().then(() => (state.over = true));
      for (let steps = 0; !state.over && steps < 1000; steps++) await step();
      await process.read;
      if (process.events.at(-1)?.type === "run-finished") return process;
    }
    throw new Error("the run does not end");
  }
}

/** Lets everything happen that waits for nothing else. */
export function calm(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
