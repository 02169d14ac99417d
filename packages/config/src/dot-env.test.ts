import { expect, test } from "vitest";
import { mergeEnv, readDotEnv } from "./dot-env.ts";

test("reads names, quotes, comments, CRLF and a byte order mark", () => {
  const text = "\uFEFFFIRST=1\r\n# no\r\nexport KEY='a b' # yes\r\nEMPTY=\r\n";
  expect(readDotEnv(text)).toEqual({ FIRST: "1", KEY: "a b", EMPTY: "" });
});

test("an empty file has no variables", () => {
  expect(readDotEnv("")).toEqual({});
});

test("the environment wins, set to nothing as well", () => {
  expect(mergeEnv({ A: "env", B: "", C: undefined }, { A: "file", B: "file", C: "file", D: "file" })).toEqual({
    A: "env",
    B: "",
    C: "file",
    D: "file",
  });
});
