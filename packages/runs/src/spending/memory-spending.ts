import { type Clock, systemClock } from "@massgen/core";
import type { SpendingStore } from "./spending-store.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Counts in this process's memory. */
export function createMemorySpending(clock: Pick<Clock, "date"> = systemClock): SpendingStore {
  let day = "";
  /** Of that day, by name. */
  const sums = new Map<string, { reserved: number; spent: number }>();

  /** What a name has come to today. Yesterday is forgotten. */
  function sumOf(name: string): { reserved: number; spent: number } {
    const today = new Date(clock.date()).toISOString().slice(0, 10);
    if (today !== day) sums.clear();
    day = today;
    return sums.get(name) ?? { reserved: 0, spent: 0 };
  }

  return {
    async reserve(name, usd, most) {
      const { reserved, spent } = sumOf(name);
      if (reserved + spent + usd > most) return undefined;
      sums.set(name, { reserved: reserved + usd, spent });
      return { name, day, usd };
    },
    async settle({ name, day: of, usd }, spentUsd) {
      const { reserved, spent } = sumOf(name);
      if (of === day) sums.set(name, { reserved: Math.max(0, reserved - usd), spent: spent + spentUsd });
    },
    async today(name) {
      const { reserved, spent } = sumOf(name);
      return { reservedUsd: reserved, spentUsd: spent, endsInMs: dayMs - (clock.date() % dayMs) };
    },
  };
}
