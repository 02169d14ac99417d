// Models that break a promise, each noticed by the kit's cases: a third of them here, all with MASSGEN_TESTS=all.
import { afterAll, describe, expect, test } from "vitest";
import { describeModel, type KitSubject } from "@massgen/provider-kit/conformance";
import type { BrokenModel } from "../fixtures/broken/breaking.ts";
import { brokenModels } from "../fixtures/broken/broken-models.ts";
import { leftBehind } from "../fixtures/broken/pace-and-limits.ts";
import { wires } from "@massgen/upstream";
import { dialectOf } from "../fixtures/simulated-dialect.ts";
import { registryHost } from "../fixtures/registry-host.ts";
import { createOpenAICompatible } from "./openai-compatible/provider.ts";

const provider = createOpenAICompatible({ type: "openai", keyVariables: [] });
const good: Omit<KitSubject, "test"> = {
  createModel: (settings, context) => provider.createModel({ model: "m-1", ...settings }, context),
  upstream: dialectOf(wires.openai),
  host: registryHost(),
  extrasType: "openai",
  capabilities: { remedies: true },
};

function broken({ context = (same) => same, wrap = (same) => same, contract = 1 }: Partial<BrokenModel>): typeof good {
  return {
    ...good,
    createModel: async (settings, lent) => {
      const model = await good.createModel(settings, context(lent));
      return { contract: contract as 1, model: model.model, stream: wrap((request) => model.stream(request)) };
    },
  };
}

interface CollectedCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** The cases that the kit would give to a runner: all, or those of a promise whose name matches. */
function casesOf(subject: typeof good, only?: Pick<BrokenModel, "promise" | "caught">): CollectedCase[] {
  const cases: CollectedCase[] = [];
  const collecting = (name: string, run: () => Promise<void>): void => void cases.push({ name, run });
  describeModel({ ...subject, test: Object.assign(collecting, { skip: () => undefined }) });
  if (only === undefined) return cases;
  const { promise, caught } = only;
  return cases.filter(({ name }) => name.startsWith(`promise ${promise}:`) && caught.some((one) => one.test(name)));
}

/** Runs cases side by side, and gives the names of those that failed. */
async function failuresOf(cases: readonly CollectedCase[]): Promise<string[]> {
  const failed = cases.map(({ name, run }) =>
    run().then(
      () => [],
      () => [name],
    ),
  );
  return (await Promise.all(failed)).flat();
}

afterAll(() => {
  for (const timer of leftBehind) clearTimeout(timer);
});

test("every promise has cases, and every case a name of its own that begins with it", () => {
  const names = casesOf(good).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const promises = new Set(names.map((name) => /^promise (\d+): \S/.exec(name)?.[1]));
  expect([...promises].map(Number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("the kit finds nothing wrong with a good model", async () => {
  for (const { run } of casesOf(good)) await run();
});

const inAll = process.env["MASSGEN_TESTS"] === "all";
const tried = inAll ? brokenModels : brokenModels.filter((_, at) => at % 3 === 0);

test("there are broken models for every promise", () => {
  const promises = new Set(tried.map(({ promise }) => promise));
  expect([...promises].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

describe.concurrent(`the kit notices${inAll ? "" : " (sample; three times as many in CI)"} a model that`, () => {
  test.each([...tried])("$promise: $name", async (model) => {
    const cases = casesOf(broken(model), model);
    for (const one of model.caught) expect(cases.map(({ name }) => name)).toContainEqual(expect.stringMatching(one));
    expect(await failuresOf(cases)).toEqual(cases.map(({ name }) => name));
  });
});

test("every case notices at least one of them", () => {
  const noticing = new Set(brokenModels.flatMap((model) => casesOf(good, model).map(({ name }) => name)));
  expect(casesOf(good).filter(({ name }) => !noticing.has(name))).toEqual([]);
});

test("the kit notices a promise left rejected", async () => {
  const runners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  try {
    const careless = broken({
      wrap: (stream) => (request) => {
        void Promise.reject(new Error("nobody cares"));
        return stream(request);
      },
    });
    const cases = casesOf(careless, { promise: 2, caught: [/after the finish there is nothing more/] });
    expect(await failuresOf(cases)).toHaveLength(1);
  } finally {
    for (const one of runners) process.on("unhandledRejection", one);
  }
});
