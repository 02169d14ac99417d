import { describe, expect, it } from "vitest";
import { TimeBoxError, timeBoxed } from "./time-box.ts";

describe("work in a time box", () => {
  it("gives back what it makes, nothing as well", () => {
    expect(timeBoxed(1000, () => 42)).toBe(42);
    expect(timeBoxed(1000, () => undefined)).toBeUndefined();
  });

  it("throws what it throws", () => {
    expect(() =>
      timeBoxed(1000, () => {
        throw new SyntaxError("mine");
      }),
    ).toThrow(SyntaxError);
  });

  it("is stopped when its time is up, inside a regular expression too", () => {
    const endless = (): boolean => /^(a+)+$/.test(`${"a".repeat(60)}b`);
    expect(() => timeBoxed(20, endless)).toThrow(TimeBoxError);
    expect(() =>
      timeBoxed(20, () => {
        for (;;);
      }),
    ).toThrow(TimeBoxError);
  });

  it("can be done again after that", () => {
    expect(() => timeBoxed(5, () => /^(a+)+$/.test(`${"a".repeat(60)}b`))).toThrow(TimeBoxError);
    expect(timeBoxed(1000, () => "next")).toBe("next");
  });
});
