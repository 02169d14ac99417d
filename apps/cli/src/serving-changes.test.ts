import { createRegistry } from "@massgen/providers";
import { expect, it } from "vitest";
import { serveSettings } from "./serve-options.ts";
import { servingChanges } from "./serving-changes.ts";
import type { Serving } from "./serving.ts";

const agent = (id: string, apiKey: string) => ({
  id,
  backend: { type: "openai", model: "gpt-4o", apiKey, sampling: {}, options: {} },
});

const before: Serving = {
  source: { kind: "none" },
  served: {
    title: "config.yaml",
    authority: true,
    offline: false,
    agents: [agent("a", "key-1"), agent("b", "key-1")],
    server: {},
    warnings: [],
    packages: [],
    registry: createRegistry({ env: {} }),
  },
  settings: serveSettings({}, {}, {}),
  apiKeys: ["one"],
  providerVariables: { OPENAI_API_KEY: "key-1", GROQ_API_KEY: undefined },
};

it("says nothing when nothing changed", () => {
  expect(servingChanges(before, before, { ...before })).toEqual({ changed: [], needRestart: [] });
});

it("names what changed and never shows it", () => {
  const after: Serving = {
    source: { kind: "none" },
    served: { ...before.served, agents: [agent("a", "key-2"), agent("c", "key-1")] },
    settings: {
      ...serveSettings({ port: "1", queueWait: "9", logLevel: "debug" }, {}, {}),
    },
    apiKeys: ["two"],
    providerVariables: { ...before.providerVariables, OPENAI_API_KEY: "key-2" },
  };
  expect(servingChanges(before, before, after)).toEqual({
    changed: ["agent a", "agent b", "OPENAI_API_KEY", "api_keys", "queue_wait", "log_level", "agent c"],
    needRestart: ["port"],
  });
});

it("a restart is needed until all is as the process was started", () => {
  const moved: Serving = { ...before, settings: serveSettings({ port: "1" }, {}, {}) };
  expect(servingChanges(before, moved, { ...moved }).needRestart).toEqual(["port"]);
  expect(servingChanges(before, moved, before).needRestart).toEqual([]);
});
