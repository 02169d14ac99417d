import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { openSqliteStore } from "../sqlite/sqlite-store.ts";
import { createMemorySpending } from "./memory-spending.ts";
import type { ReservedSpending, SpendingStore } from "./spending-store.ts";

const folder = mkdtempSync(join(tmpdir(), "massgen-spending-"));
const store = await openSqliteStore({ file: join(folder, "runs.db") });
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Reserve so much, or settle the n-th open reservation by so much: honestly, or by many times what was reserved. */
const moves = fc.array(
  fc.oneof(
    fc.record({ reserve: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ settle: fc.nat(30), factor: fc.constantFrom(0, 0.1, 1, 1.5, 20) }),
  ),
  { maxLength: 60 },
);

const stores: readonly (readonly [string, () => SpendingStore])[] = [
  ["memory", () => createMemorySpending()],
  ["SQLite", () => store.spending],
];

let names = 0;

it.each(stores)("%s: whatever is reserved and settled, a call starts only within the limit", async (_, open) => {
  await fc.assert(
    fc.asyncProperty(moves, fc.double({ min: 0.1, max: 3, noNaN: true }), async (steps, most) => {
      const spending = open();
      const name = `name-${(names += 1)}`;
      const waiting: ReservedSpending[] = [];
      let [spent, reserved] = [0, 0];
      for (const step of steps) {
        if ("reserve" in step) {
          const granted = await spending.reserve(name, step.reserve, most);
          const sum = spent + reserved + step.reserve;
          if (Math.abs(sum - most) > 1e-9) expect(granted !== undefined).toBe(sum <= most);
          if (granted === undefined) continue;
          waiting.push(granted);
          reserved += step.reserve;
          expect(spent + reserved).toBeLessThanOrEqual(most + 1e-9);
        } else {
          const [one] = waiting.splice(step.settle, 1);
          if (one === undefined) continue;
          await spending.settle(one, one.usd * step.factor);
          reserved -= one.usd;
          spent += one.usd * step.factor;
        }
        const today = await spending.today(name);
        expect(today.spentUsd).toBeCloseTo(spent, 9);
        expect(today.reservedUsd).toBeCloseTo(reserved, 9);
      }
    }),
    { numRuns: 100 },
  );
});
