import { type Agent, createTeam, type LoggedEvent, type RunRequest, systemPorts } from "@massgen/core";
import { labelOf, phaseOf, scriptedModel, vote } from "@massgen/core/testing";
import { createKeeper, type Keeper } from "../src/keeper.ts";
import type { KeptRun } from "../src/kept-run.ts";
import type { RunStore } from "../src/run-store.ts";

const messages: RunRequest["messages"] = [{ role: "user", content: "Why is the sky blue?" }];

/** A team whose models answer when they are let, and the questions they were asked. */
export class Models {
  readonly asked: string[] = [];
  readonly aborted: string[] = [];
  readonly agents: readonly Agent[];
  /** What the answers of an agent wait for besides. */
  readonly slow = new Map<string, Promise<void>>();
  #open = Promise.withResolvers<void>();
  #wanted = 0;
  #reached = Promise.withResolvers<void>();

  constructor(open = true) {
    if (open) this.letGo();
    const members = ["a", "b", "c"].map((id) => ({
      id,
      model: scriptedModel(async (request) => {
        const phase = phaseOf(request);
        this.asked.push(`${id} ${phase}`);
        if (this.asked.length >= this.#wanted) this.#reached.resolve();
        request.signal?.addEventListener("abort", () => this.aborted.push(`${id} ${phase}`));
        await this.#open.promise;
        await this.slow.get(id);
        if (phase === "ballot") return vote(labelOf(request, "a says"), "clear");
        return phase === "draft" ? `${id} says` : "the answer";
      }),
    }));
    this.agents = createTeam({ agents: members }).agents;
  }

  letGo(): void {
    this.#open.resolve();
  }

  /** Resolves once so many questions were asked in all. */
  async reached(count: number): Promise<void> {
    this.#wanted = count;
    if (this.asked.length >= count) return;
    this.#reached = Promise.withResolvers();
    await this.#reached.promise;
  }

  run(id: string): KeptRun {
    const request: RunRequest = { messages, delivery: "whole", runId: id };
    const setup = createTeam({ agents: this.agents }).setupFor(request);
    const now = Date.now();
    return {
      id,
      owner: "ada",
      request,
      wire: {},
      background: true,
      setup,
      team: "massgen",
      rules: 1,
      fold: 1,
      createdAtMs: now,
      expiresAtMs: now + 3_600_000,
    };
  }

  async keeper(store: RunStore, more: object = {}): Promise<Keeper> {
    const keeper = createKeeper({ store, agentsFor: async () => this.agents, ports: systemPorts, ...more });
    await keeper.begin();
    return keeper;
  }
}

export async function seen(keeper: Keeper, run: KeptRun): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const event of keeper.events(run)) events.push(event);
  return events;
}

export function textOf(events: readonly LoggedEvent[]): string | undefined {
  const last = events.at(-1);
  return last?.type === "run-finished" && last.result.status === "answered" ? last.result.text : undefined;
}
