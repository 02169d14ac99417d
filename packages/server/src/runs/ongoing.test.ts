import { expect, test } from "vitest";
import { Ongoing } from "./ongoing.ts";

test("gives what goes on in the order in which it began", () => {
  const ongoing = new Ongoing<string>();
  ongoing.add("one");
  const leave = ongoing.add("two");
  ongoing.add("three");
  expect([...ongoing]).toEqual(["one", "two", "three"]);
  leave();
  expect([...ongoing]).toEqual(["one", "three"]);
  expect(ongoing.size).toBe(2);
});

test("lets go once", () => {
  const ongoing = new Ongoing<string>();
  const leave = ongoing.add("one");
  expect(leave()).toBe(true);
  expect(leave()).toBe(false);
});

test("tells the same thing twice apart", () => {
  const ongoing = new Ongoing<string>();
  const leave = ongoing.add("one");
  ongoing.add("one");
  leave();
  expect([...ongoing]).toEqual(["one"]);
});

test("passes over what leaves while it is gone through, and takes in what comes", () => {
  const ongoing = new Ongoing<string>();
  ongoing.add("one");
  const leave = ongoing.add("two");
  const seen: string[] = [];
  for (const value of ongoing) {
    seen.push(value);
    if (value !== "one") continue;
    leave();
    ongoing.add("three");
  }
  expect(seen).toEqual(["one", "three"]);
});
