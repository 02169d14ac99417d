import { describe, expect, test } from "vitest";
import { offeredTools } from "./offered-tools.ts";

const tools = offeredTools(["vote", "new_answer", "get.weather"].map((name) => ({ name })));

describe("a name is found", () => {
  test.each([
    ["vote", "vote"],
    ["functions.vote", "vote"],
    ["default_api.vote", "vote"],
    ["default_api:new_answer", "new_answer"],
    ["functions.vote:0", "vote"],
    ["vote:0", "vote"],
    ["vote<|channel|>commentary", "vote"],
    ["vote <|constrain|>json", "vote"],
    ["<|channel|>commentary to=functions.vote", "vote"],
    ["assistant to=functions.vote", "vote"],
    ["vote ", "vote"],
    ['"vote"', "vote"],
    ["`vote`", "vote"],
    ["<function=vote>", "vote"],
    ["vote()", "vote"],
    ["vote.call", "vote"],
    ["functions_vote", "vote"],
    ["vote_0", "vote"],
    ["Vote", "vote"],
    ["newAnswer", "new_answer"],
    ["new-answer", "new_answer"],
    ["get.weather", "get.weather"],
    ["functions:get.weather", "get.weather"],
    ["｜tool▁sep｜vote", "vote"],
  ])("%j", (written, name) => expect(tools.find(written)?.name).toBe(name));
});

describe("a name that is none", () => {
  test.each([
    "",
    "look",
    "revote",
    "vote2go",
    "voter",
    "vote or new_answer",
    "votes",
    "__proto__",
    "constructor",
    7,
    undefined,
  ])("%j", (written) => expect(tools.find(written)).toBeUndefined());
  test("beyond its first characters", () => expect(tools.find(`${" ".repeat(300)}vote`)).toBeUndefined());
});

test("names that differ in upper case only are told apart", () => {
  const two = offeredTools([{ name: "Vote" }, { name: "vote" }]);
  expect([two.find("vote")?.name, two.find("Vote")?.name, two.find("VOTE")?.name]).toEqual(["vote", "Vote", undefined]);
});
