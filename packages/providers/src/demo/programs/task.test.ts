import { describe, expect, test } from "vitest";
import { claimOf, resultIn } from "./task.ts";
import { taskIn } from "./task-in.ts";

const results = (question: string): string[] => {
  const task = taskIn(question);
  return task === undefined ? [] : [`${task.lead}${task.right}`, task.sloppy];
};

describe("sums", () => {
  test.each([
    ["What is 25 * 4?", "25 * 4 = 100", "80"],
    ["what's 25 times 4", "25 * 4 = 100", "80"],
    ["2+2", "2 + 2 = 4", "4"],
    ["Calculate 2 + 3 * 4.", "2 + 3 * 4 = 14", "4"],
    ["How much is (15 + 7) * 3?", "(15 + 7) * 3 = 66", "36"],
    ["What is 0.1 + 0.2?", "0.1 + 0.2 = 0.3", "0.3"],
    ["10 divided by 4", "10 / 4 = 2.5", "2.5"],
    ["1/3", "1 / 3 = about 0.333333", "about 0.333333"],
    ["3 - -2 - 4", "3 - -2 - 4 = 1", "1"],
    ["-(2 - 5)", "-(2 - 5) = 3", "3"],
    ["What is 1,000 × 2?", "1000 * 2 = 2000", "2000"],
    ["12345678901234567890 * 10", "12345678901234567890 * 10 = 123456789012345678900", "123456789012345678900"],
    [
      "7 / (2 - 2)",
      "7 / (2 - 2) = nothing, because nothing can be divided by 0",
      "nothing, because nothing can be divided by 0",
    ],
  ])("%s", (question, right, sloppy) => {
    expect(results(question)).toEqual([right, sloppy]);
  });
});

describe("letters", () => {
  test.each([
    ["How many r's are in strawberry?", "The letter r in strawberry: 3", "2"],
    ['How many rs are there in the word "strawberry"?', "The letter r in strawberry: 3", "2"],
    ["How often does the letter a occur in banana", "The letter a in banana: 3", "3"],
    ["How many z in Mississippi?", "The letter z in mississippi: 0", "0"],
    ["Count the letters in banana", "The letters in banana: 6", "6"],
    ["How many letters does coffee have?", "The letters in coffee: 6", "4"],
  ])("%s", (question, right, sloppy) => {
    expect(results(question)).toEqual([right, sloppy]);
  });
});

describe("lists", () => {
  test.each([
    ["Sort 10, 9, 2", "In order: 2, 9, 10", "10, 2, 9"],
    ["Sort these numbers in descending order: 3 20 100", "In order: 100, 20, 3", "3, 20, 100"],
    ["Put these words in order: pear, apple and plum", "In order: apple, pear, plum", "apple, pear, plum"],
    ["Please order: plum, pear, apple", "In order: apple, pear, plum", "apple, plum, pear"],
  ])("%s", (question, right, sloppy) => {
    expect(results(question)).toEqual([right, sloppy]);
  });
});

test.each([
  "Why is the sky blue?",
  "",
  "What is 25?",
  "(1 + 2",
  "1 + ",
  "* 4",
  "1.2.3 + 4",
  "What happened on 2024-11-29?",
  "Compare 3 - 5 sources on solar power",
  "How many people live in Rome?",
  "How many a day",
  "Sort this out",
  "Put it away",
  "sort",
  "constructor",
  "How many",
  `${"1+".repeat(100)}1`,
])("%s is no task", (question) => {
  expect(taskIn(question)).toBeUndefined();
});

test.each([
  ["brackets", `${"(".repeat(2000)}1`],
  ["a long number", `${"9".repeat(2000)} * 9`],
  ["blanks", `Sort${" ".repeat(100_000)}`],
  ["commas", `Sort ${",".repeat(100_000)}`],
  ["letters", `How many ${"r ".repeat(50_000)}in x`],
  ["one word", `How many r in ${"r".repeat(100_000)}`],
])("%s without end take no time", (_, question) => {
  const started = performance.now();
  taskIn(question);
  expect(performance.now() - started).toBeLessThan(1000);
});

test("a result is found in drafts of any voice, and not in numbers that begin alike", () => {
  const task = taskIn("What is 5 * 2?");
  if (task === undefined) throw new Error("no task");
  expect(resultIn(claimOf(task, "10"), task)).toBe("10");
  expect(resultIn(`{"answer":"Demo. ${claimOf(task, "0")}"}`, task)).toBe("0");
  for (const other of ["5 * 2 = 100.", "5 * 2 = 10.5.", "It is 10.", ""]) expect(resultIn(other, task)).toBeUndefined();
});
