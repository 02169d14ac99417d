import type { RuleBook } from "../coordination/rule-book.ts";
import type { UnstampedFact } from "./agent-call.ts";
import type { Kept } from "./journal.ts";
import { type Ports, newSecret } from "./ports.ts";

/** The fact by which a process takes a run, or ends one that is to be given up. */
export function claimOf(
  kept: Kept | undefined,
  begun: boolean,
  { number: rules }: RuleBook,
  ports: Ports,
): UnstampedFact {
  if (kept === undefined) return { type: "run-started", rules };
  if (kept.giveUp) return { type: "run-failed", failure: kept.giveUp, lost: true };
  const driver = (ports.newSecret ?? newSecret)();
  if (begun) return { type: "resumed", cause: kept.cause, rules, driver };
  return { type: "run-started", rules, dateMs: ports.clock.date(), driver };
}
