import { expect, test } from "vitest";
import { fewPlaces } from "./few-places.ts";

test("places are given out in order, and to nobody who has gone", async () => {
  const place = fewPlaces(1);
  const never = new AbortController().signal;
  const gone = new AbortController();
  const order: string[] = [];
  const first = await place(never);
  const second = place(gone.signal).then((giveBack) => {
    order.push("second");
    giveBack();
  });
  const third = place(never).then((giveBack) => {
    order.push("third");
    giveBack();
  });
  gone.abort();
  await second;
  expect(order).toEqual(["second"]);
  first();
  first();
  await third;
  expect(order).toEqual(["second", "third"]);
});
