export {
  type JsonObject,
  type KeptLog,
  type KeptRequest,
  type KeptRun,
  longestQuestion,
  questionOf,
  type RunEnd,
  type RunSummary,
  wireOf,
} from "./kept-run.ts";
export { meets } from "./run-filter.ts";
export type { Appended, RunFilter, RunPage, RunStore } from "./run-store.ts";
export { StoreError, type StoreErrorReason } from "./store-error.ts";
export { createMemoryStore, type MemoryStoreLimits } from "./memory/memory-store.ts";
export { anonymous, ownerOf } from "./owner.ts";
export type { Backlog, BacklogLimits, Backlogs, QueuedRun } from "./backlog.ts";
export type { Dispatch, DispatchWork, Drive, Left, Suits } from "./dispatch.ts";
export { createKeeper, type Keeper, type KeeperOptions } from "./keeper.ts";
export type { Alone } from "./alone/run-alone.ts";
export type { Channel } from "./alone/channel.ts";
export { driveForParent, type DriveForParentOptions } from "./alone/drive-for-parent.ts";
export { fewPlaces } from "./alone/few-places.ts";
export { dailyAllowance, type AllowanceOptions } from "./spending/allowance.ts";
export { createMemorySpending } from "./spending/memory-spending.ts";
export type { ReservedSpending, SpendingDay, SpendingStore } from "./spending/spending-store.ts";
export { endOf } from "./run-end.ts";
export type { AgentFigures, RunFigures } from "./run-figures.ts";
export { type BallotShown, ballotsShown } from "@massgen/core/replay";
export type { ViewOptions } from "./view-run.ts";
