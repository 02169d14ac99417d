import { expect, it, vi } from "vitest";
import { Purse } from "./purse.ts";

it("a call waits while others may leave something over, and the purse is empty when none is out", async () => {
  const emptied = vi.fn<() => void>();
  const purse = new Purse(1, 0.2, emptied);
  const first = await purse.reserve(0.5);
  let taken = false;
  const second = purse.reserve(0.5).then((reservation) => {
    taken = true;
    return reservation;
  });
  await Promise.resolve();
  expect([taken, emptied.mock.calls.length]).toEqual([false, 0]);
  first.settle(0.1);
  (await second).settle(0.4);
  expect(purse.spent).toBeCloseTo(0.7, 12);
  void purse.reserve(0.5);
  expect(emptied).toHaveBeenCalledOnce();
});

it("serves those that wait in order", async () => {
  const purse = new Purse(1, 0, () => {});
  const first = await purse.reserve(1);
  const order: number[] = [];
  const large = purse.reserve(0.8).then(() => order.push(1));
  const small = purse.reserve(0.1).then(() => order.push(2));
  first.settle(0.1);
  await Promise.all([large, small]);
  expect(order).toEqual([1, 2]);
});
