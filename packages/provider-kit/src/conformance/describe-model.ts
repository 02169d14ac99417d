import { framed, greeting, replying, sending } from "./answers.ts";
import { onBench, type CreateModel, type KitHost } from "./bench.ts";
import type { KitCapabilities } from "./capabilities.ts";
import type { Dialect } from "./dialect.ts";
import type { NamedCase } from "./kit-case.ts";
import { modelCases } from "./any-model.ts";
import { serviceCases } from "./cases.ts";

/** What the kit needs of a test runner: vitest's `test` and node:test's `test` both fit. */
export interface TestRunner {
  (name: string, run: () => Promise<void>): unknown;
  readonly skip: (name: string, run: () => Promise<void>) => unknown;
}

/** A model to be tested. */
export interface KitSubject {
  readonly test: TestRunner;
  /** Makes the model under test, pointed at the kit's upstream. Called for every case anew. */
  readonly createModel: CreateModel;
  /** How the service speaks; left out by a provider that calls no service: then only what needs none is checked. */
  readonly upstream?: Dialect;
  /** The backend type under which a request's `extras` reach the service; left out by a provider that sends none. */
  readonly extrasType?: string;
  /** Lends what `context` has. Left out, it is Node's own fetch, and a redactor that knows the kit's keys. */
  readonly host?: KitHost;
  /** What this model cannot do; each `false` is a visible skip of exactly those cases. */
  readonly capabilities?: KitCapabilities;
}

/**
 * Declares one test per case of every promise of ChatModel, to a runner of your choice. Each is named by what it
 * checks, beginning with the promise; each has an upstream of its own on a loopback port, and none depends on another,
 * so they may run in any order or side by side.
 */
export function describeModel({
  test,
  createModel,
  upstream: dialect,
  extrasType,
  host,
  capabilities = {},
}: KitSubject): void {
  const declare = ({ promise, name, needs = [] }: NamedCase, run: () => Promise<void>): void => {
    const able = needs.every((need) => (need === "extras" ? extrasType !== undefined : capabilities[need] !== false));
    (able ? test : test.skip)(`promise ${promise}: ${name}`, run);
  };
  const first =
    dialect === undefined ? replying(500, "text/plain", "no service here") : sending(framed(dialect.answer(greeting)));
  for (const one of modelCases) {
    declare(one, () => onBench(createModel, host, first, ({ model, upstream }) => ({ model, upstream }), one.run));
  }
  if (dialect === undefined) return;
  for (const one of serviceCases) {
    declare(one, () =>
      onBench(createModel, host, first, (bench) => ({ ...bench, dialect, capabilities, extrasType }), one.run),
    );
  }
}
