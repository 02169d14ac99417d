import { expect, it } from "vitest";
import { startStep } from "./steps.mjs";

/** @param {boolean} isTTY */
function written(isTTY) {
  let text = "";
  let now = 0;
  const stream = { isTTY, columns: 40, write: (/** @type {string} */ more) => (text += more) !== "" };
  const step = startStep("Building", { stream: stream, now: () => now });
  for (const [ms, detail] of /** @type {const} */ ([
    [1000, "one"],
    [10_000, "two"],
    [12_000, `three ${"x".repeat(60)}`],
    [25_000, "four"],
  ])) {
    now = ms;
    step.at(detail);
  }
  step.end("4 packages");
  return text;
}

it("a terminal shows what it is at on one line, which fits", () => {
  const lines = written(true).split("\r\u001b[2K");
  expect(lines.slice(0, 3)).toEqual(["Building...", "Building: one (1 s)", "Building: two (10 s)"]);
  for (const line of lines) expect(line.length).toBeLessThan(40);
  expect(lines.at(-1)).toBe("Building: 4 packages in 25 s.\n");
});

it("elsewhere a line now and then", () => {
  expect(written(false)).toBe("Building...\n  two (10 s)\n  four (25 s)\nBuilding: 4 packages in 25 s.\n");
});
