import { expect, it } from "vitest";
import { turn } from "./turns.ts";

it("heavy steps that come at once are taken one in each turn of the event loop, in order", async () => {
  const seen: (number | "other")[] = [];
  const heavy = [1, 2, 3].map(async (step) => {
    await turn();
    seen.push(step);
  });
  const others = async (): Promise<void> => {
    while (seen.filter((entry) => entry !== "other").length < 3) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      seen.push("other");
    }
  };
  await Promise.all([...heavy, others()]);
  const places = [1, 2, 3].map((step) => seen.indexOf(step));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(seen.slice(places[0], places[1])).toContain("other");
  expect(seen.slice(places[1], places[2])).toContain("other");
});
