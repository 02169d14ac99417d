import type { Fact, Setup } from "@massgen/core";
import { type Keeper, type KeptRun, wireOf } from "@massgen/runs";

/** A kept run for programs that fold its log or decide it again. */
export interface RunLog {
  /** As it is kept, without what only its driver and its client's wire need. */
  readonly run: Omit<KeptRun, "setup" | "wire"> & {
    readonly setup: Omit<Setup, "secret">;
    readonly wire: { readonly path: string };
  };
  /** All so far, in order. */
  readonly facts: readonly Fact[];
}

/** The log of a kept run so far, with secrets removed. */
export async function runLog(keeper: Pick<Keeper, "bareLog">, kept: KeptRun): Promise<RunLog> {
  const { secret: _, ...setup } = kept.setup;
  return { run: { ...kept, setup, wire: { path: wireOf(kept) } }, facts: await keeper.bareLog(kept) };
}
