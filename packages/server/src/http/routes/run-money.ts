import type { RunRequest } from "@massgen/core";
import { dailyAllowance } from "@massgen/runs";
import type { Request } from "express";
import { ProblemError } from "../../problem.ts";
import { askingStore } from "../../runs/store-problem.ts";
import type { AnswerParts } from "../answer-parts.ts";
import type { RequestContext } from "../request-context.ts";

/** The header by which a request lowers what its run may cost, in dollars. */
const maxUsdHeader = "x-massgen-max-usd";

/**
 * What the request says that its run may cost; undefined where it says nothing.
 * @throws ProblemError `invalid-value` for what is no number of dollars
 */
export function wantedMaxUsd(req: Request): number | undefined {
  const said = req.get(maxUsdHeader)?.trim();
  if (said === undefined) return undefined;
  const usd = /^\d{1,7}(?:\.\d{1,12})?$/.test(said) ? Number(said) : 0;
  if (usd > 0) return usd;
  const message = `The header ${maxUsdHeader} must be a number of dollars above 0, such as 0.25.`;
  throw new ProblemError("invalid-value", message, { param: maxUsdHeader });
}

/** What a run may spend. */
type RunMoney = Pick<RunRequest, "maxUsd" | "leftUsd" | "allowance">;

/** Less than any call costs: what adding binary fractions leaves of nothing. */
const leastUsd = 1e-9;

/**
 * What the run of a request may spend: what the request allows, and what is left of its key's day.
 * @throws ProblemError `quota-spent` where nothing is left, `store-unavailable` where nobody can tell
 */
export async function moneyFor(
  { spending, options }: Pick<AnswerParts, "spending" | "options">,
  { key, maxUsdPerDay: most }: Pick<RequestContext, "key" | "maxUsdPerDay">,
  wanted: number | undefined,
): Promise<RunMoney> {
  const own = wanted !== undefined && { maxUsd: wanted };
  if (key === undefined || most === undefined) return { ...own };
  const { spentUsd, endsInMs } = await askingStore(() => spending.today(key));
  const leftUsd = most - spentUsd;
  if (!(leftUsd > leastUsd)) {
    const message = `What the key of ${key} may spend in a day, ${shown(most)}, is spent. The next day begins at midnight UTC, in ${duration(endsInMs)}.`;
    throw new ProblemError("quota-spent", message, { retryAfterMs: endsInMs, shouldRetry: false });
  }
  return {
    ...own,
    leftUsd,
    allowance: dailyAllowance({ spending, name: key, most, failed: options.storeFailed }),
  };
}

function shown(usd: number): string {
  return `$${usd >= 0.01 ? usd.toFixed(2) : usd}`;
}

function duration(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
