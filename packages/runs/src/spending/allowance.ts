import type { Allowance } from "@massgen/core";
import type { SpendingStore } from "./spending-store.ts";

export interface AllowanceOptions {
  readonly spending: SpendingStore;
  /** Whose money it is. */
  readonly name: string;
  /** Dollars for a day. */
  readonly most: number;
  /** Hears that something spent could not be noted: what was reserved for it stays counted. */
  readonly failed: (message: string, error: unknown) => void;
}

/** What may be spent under a name today, for its runs. */
export function dailyAllowance({ spending, name, most, failed }: AllowanceOptions): Allowance {
  return {
    async reserve(usd) {
      const reserved = await spending.reserve(name, usd, most);
      return (
        reserved && {
          settle(counted) {
            spending.settle(reserved, counted).catch((error: unknown) => {
              failed(`what a call for ${name} has cost could not be noted; what was reserved for it counts`, error);
            });
          },
        }
      );
    },
  };
}
