import type { Provider } from "@massgen/core/model";
import { expect, it } from "vitest";
import { exportedProviders } from "./package-exports.ts";

function provider(type: string): Provider {
  return {
    contract: 1,
    type,
    apiKey: { variables: [], required: false },
    baseUrl: { variables: [] },
    createModel: ({ model }) => ({ contract: 1, model, stream: () => ({}) as never }),
  };
}
const one = provider("one");
const two = provider("two");

it.each<[string, Record<string, unknown>, Provider[]]>([
  ["the default export", { default: one }, [one]],
  ["a named one beside other things", { one, version: "1", createOne: () => one }, [one]],
  ["an array", { default: [one, two] }, [one, two]],
  ["several", { one, two }, [one, two]],
  ["those of a CommonJS module", { default: { one, all: [one, two] }, "module.exports": { one } }, [one, two]],
  ["one under two names, once", { default: one, one, all: [one] }, [one]],
])("finds %s", (_what, module, providers) => {
  const found = exportedProviders(module);
  const types = (list: readonly Provider[]): string[] => list.map(({ type }) => type);
  expect("providers" in found && types(found.providers)).toEqual(types(providers));
});

it.each<[string, Record<string, unknown>, RegExp]>([
  ["nothing", {}, /^exports no provider, only nothing\. A provider is an object \{ contract, type, /],
  [
    "a function that makes one",
    { createOne: () => one, list: [] },
    /only createOne \(function\), list \(array\)\. .*; if createOne makes one, export what it returns$/,
  ],
  [
    "a great deal else",
    Object.fromEntries("abcdefghij".split("").map((name) => [name, null])),
    /only a \(null\), .*, h \(null\) and more\./,
  ],
  [
    "one of another contract",
    { default: { ...one, contract: 2 } },
    /^exports default, which is written for version 2 /,
  ],
  ["a wrong field", { one: { ...one, type: "A B" } }, /^exports one, which has a wrong `type`/],
  [
    "a wrong one of a CommonJS module",
    { default: { one: { ...one, type: "A B" } } },
    /^exports default\.one, which has/,
  ],
  [
    "a wrong one in a list",
    { default: [one, { ...two, contract: "1" }] },
    /^exports default\[1\], which has no `contract`/,
  ],
  ["something else in a list", { default: [one, 1] }, /^exports default\[1\], which is no provider/],
])("says what is wrong with %s", (_what, module, problem) => {
  expect(exportedProviders(module)).toEqual({ problem: expect.stringMatching(problem) });
});
