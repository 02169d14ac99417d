import { expect, test } from "vitest";
import { placeOf } from "./address.ts";

test.each([
  ["", { view: "ask" }],
  ["ask", { view: "ask" }],
  ["runs", { view: "runs", query: "?outcome=failed" }],
  ["runs/", { view: "runs", query: "?outcome=failed" }],
  ["runs/run_1", { view: "run", id: "run_1" }],
  ["runs/a%2Fb", { view: "run", id: "a/b" }],
  ["runs/%", { view: "run", id: "%" }],
  ["runs/run_1/more", { view: "nowhere" }],
  ["sums", { view: "sums" }],
  ["toString", { view: "nowhere" }],
])("%s", (path, place) => {
  expect(placeOf(path, "?outcome=failed")).toEqual(place);
});
