import type { Fault } from "./fault.ts";
import { replyFaults } from "./replies.ts";
import { statusFaults } from "./statuses.ts";
import { streamFaults } from "./streams.ts";

/** Everything that a model's answers can do, by group: the stream, the status, the contents. */
export const faults: readonly Fault[] = [...streamFaults, ...statusFaults, ...replyFaults];
