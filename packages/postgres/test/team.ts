import { setTimeout } from "node:timers/promises";
import { type Agent, createTeam, type RunRequest, systemPorts } from "@massgen/core";
import { labelOf, phaseOf, scriptedModel, vote } from "@massgen/core/testing";
import { type BacklogLimits, createKeeper, type Keeper, type KeptRun } from "@massgen/runs";
import { openPostgres } from "../src/index.ts";
import { bookOf } from "./versions.ts";

/** What a run of the team asks of its models when nothing is lost: three drafts, three ballots, one presentation. */
export const callsOfARun = 7;

/** How a keeper of a test differs from the usual one. */
interface KeeperSettings {
  /** The rules that it drives by: see {@link bookOf}. Default 1. */
  readonly version?: number;
  readonly orphanMs?: number;
  readonly limits?: BacklogLimits;
}

/** A team whose models answer when they are let. */
export class Team {
  readonly agents: readonly Agent[];
  readonly #open = Promise.withResolvers<void>();

  /**
   * Hears of each call and of each that is aborted: `asked a draft`. Once they are let, calls take up to `mostMs`
   * milliseconds.
   */
  constructor(heard: (what: string) => void, mostMs = 0) {
    const members = ["a", "b", "c"].map((id) => ({
      id,
      model: scriptedModel(async (request) => {
        const phase = phaseOf(request);
        heard(`asked ${id} ${phase}`);
        request.signal?.addEventListener("abort", () => heard(`aborted ${id} ${phase}`));
        await this.#open.promise;
        await setTimeout(Math.random() * mostMs);
        if (phase === "ballot") return vote(labelOf(request, "a says"), "clear");
        return phase === "draft" ? `${id} says` : "the answer";
      }),
    }));
    this.agents = createTeam({ agents: members }).agents;
  }

  letGo(): void {
    this.#open.resolve();
  }

  run(id: string, rules = 1): KeptRun {
    const request: RunRequest = {
      messages: [{ role: "user", content: "Why is the sky blue?" }],
      delivery: "whole",
      runId: id,
    };
    const now = Date.now();
    return {
      id,
      owner: "ada",
      request,
      wire: {},
      background: true,
      setup: createTeam({ agents: this.agents }).setupFor(request),
      team: "massgen",
      rules,
      fold: 1,
      createdAtMs: now,
      expiresAtMs: now + 3_600_000,
    };
  }

  async keeper(
    url: string,
    places = 64,
    { version = 1, orphanMs = 60_000, limits }: KeeperSettings = {},
  ): Promise<Keeper> {
    const failed = (message: string, error: unknown): void => console.error(message, error);
    const { store, dispatch } = await openPostgres({ url, failed, rules: version });
    const keeper = createKeeper({
      store,
      dispatch,
      agentsFor: async () => this.agents,
      ports: systemPorts,
      places: () => places,
      rules: bookOf(version),
      orphanMs,
      ...(limits && { mostWaiting: () => limits }),
    });
    await keeper.begin();
    return keeper;
  }
}
