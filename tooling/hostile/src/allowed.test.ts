import { expect, it } from "vitest";
import { unexcused } from "./allowed.ts";

const finding = { file: "a.ts", line: 3, written: "/a+$/", problem: "is slow" };
const excuse = { file: "a.ts", written: "/a+$/", reason: "it sees 40 characters" };

it("tells of what nothing excuses, and of excuses for nothing", () => {
  expect(unexcused([finding], [])).toEqual(["a.ts:3: /a+$/\n    it is slow"]);
  expect(unexcused([finding], [excuse])).toEqual([]);
  expect(unexcused([finding], [{ ...excuse, file: "b.ts" }])).toHaveLength(2);
  expect(unexcused([], [excuse])).toEqual([expect.stringContaining("not there any more")]);
});
