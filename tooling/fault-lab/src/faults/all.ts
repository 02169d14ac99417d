import type { Fault } from "./fault.ts";
import { lessonFaults } from "./lessons.ts";
import { quirkFaults } from "./quirks.ts";
import { replyFaults } from "./replies.ts";
import { statusFaults } from "./statuses.ts";
import { streamFaults } from "./streams.ts";

/**
 * Everything that a model's answers can do, by group: the stream, the status, what it teaches, the contents, habits of
 * services.
 */
export const faults: readonly Fault[] = [
  ...streamFaults,
  ...statusFaults,
  ...lessonFaults,
  ...replyFaults,
  ...quirkFaults,
];
