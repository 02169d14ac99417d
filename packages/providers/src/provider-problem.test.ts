import { expect, test } from "vitest";
import { providerProblem } from "./provider-problem.ts";

const good = {
  contract: 1,
  type: "acme",
  apiKey: { variables: ["ACME_API_KEY"], required: true },
  baseUrl: { variables: ["ACME_BASE_URL"], default: "https://api.acme.example" },
  createModel: () => {},
};

test("a provider with and without what is optional", () => {
  expect(providerProblem(good)).toBeUndefined();
  expect(providerProblem({ ...good, aliases: ["acme-2"], optionNames: ["flavour"] })).toBeUndefined();
  expect(
    providerProblem({ ...good, apiKey: { variables: [], required: false }, baseUrl: { variables: [] } }),
  ).toBeUndefined();
});

test("a class instance is a provider like any object", () => {
  class Acme {
    readonly contract = 1;
    readonly apiKey = good.apiKey;
    readonly baseUrl = good.baseUrl;
    get type(): string {
      return "acme";
    }
    createModel(): void {}
  }
  expect(providerProblem(new Acme())).toBeUndefined();
});

test.each<[string, unknown, RegExp]>([
  ["nothing", undefined, /^is no provider: .*\{ contract, type, apiKey, baseUrl, createModel \}/],
  ["a function", () => good, /^is no provider/],
  ["no contract", { ...good, contract: undefined }, /has no `contract`.*this massgen speaks version 1/],
  ["a newer contract", { ...good, contract: 2 }, /written for version 2 .*speaks version 1: install a newer massgen/],
  ["an older contract", { ...good, contract: 0 }, /version 0 .*install a newer version of the provider/],
  ["no type", { ...good, type: "" }, /`type`.*lower-case/],
  ["a type with a slash", { ...good, type: "acme/x" }, /`type`/],
  ["an alias that is no word", { ...good, aliases: ["A"] }, /`aliases`/],
  ["aliases that are no list", { ...good, aliases: "acme" }, /`aliases`/],
  ["no key", { ...good, apiKey: undefined }, /`apiKey`/],
  ["variables that are no list", { ...good, apiKey: { variables: "A", required: true } }, /`apiKey`/],
  ["a key that may or may not be", { ...good, apiKey: { variables: ["A"] } }, /`apiKey`/],
  ["a required key without a variable", { ...good, apiKey: { variables: [], required: true } }, /`apiKey\.variables`/],
  ["no address", { ...good, baseUrl: null }, /`baseUrl`/],
  ["an address that is none", { ...good, baseUrl: { variables: [], default: "acme" } }, /`baseUrl`/],
  ["option names that are none", { ...good, optionNames: [1] }, /`optionNames`/],
  ["no createModel", { ...good, createModel: undefined }, /`createModel`.*function/],
])("%s", (_what, value, problem) => {
  expect(providerProblem(value)).toMatch(problem);
});
