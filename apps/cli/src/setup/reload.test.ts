import { serverSettings } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { createRegistry } from "@massgen/providers";
import { expect, it } from "vitest";
import { createReload } from "./reload.ts";
import type { Setup } from "./setup.ts";

function setupWith(logLevel: string): Setup {
  const registry = createRegistry({ env: {} });
  const teams = {
    title: "t",
    authority: true,
    offline: false,
    teams: [],
    agents: [],
    aliases: [],
    server: {},
    clientKeys: [],
    storeKeys: [],
    warnings: [],
    packages: [],
    registry,
  };
  return {
    source: { kind: "none" },
    teams,
    settings: serverSettings({ flags: { "log-level": logLevel }, env: {}, file: {} }),
    store: { kind: "memory", memoryMb: 256 },
    apiKeys: [],
    metricsKeys: [],
    adminKeys: [],
    otelVariables: {},
    providerVariables: {},
  };
}

function house(read: () => Promise<Setup>) {
  const started = setupWith("info");
  let current = started;
  const told: unknown[] = [];
  const reload = createReload({
    started,
    current: () => current,
    read,
    apply: (next) => {
      current = next;
    },
    log: { write: (level, event, fields) => told.push([level, event, fields]), setLevel: () => {} },
    count: (result) => told.push(result),
  });
  return { reload, told, level: () => current.settings.logLevel };
}

it("serves what it read, and says what changed", async () => {
  const { reload, told, level } = house(async () => setupWith("debug"));
  await reload();
  expect(level()).toBe("debug");
  expect(told).toEqual([["info", "reloaded", { changed: ["log_level"] }], "applied"]);
});

it("keeps what there is when something is wrong, and names all of it", async () => {
  const { reload, told, level } = house(() => Promise.reject(new MassgenError("configuration", "one\ntwo")));
  await reload();
  expect(level()).toBe("info");
  expect(told).toEqual([["error", expect.stringContaining("refused"), { problems: ["one", "two"] }], "refused"]);
});

it("a defect while reading changes nothing either", async () => {
  const { reload, told, level } = house(() => Promise.reject(new TypeError("x")));
  await reload();
  expect(level()).toBe("info");
  expect(told[0]).toEqual([
    "error",
    expect.any(String),
    { problems: ["x"], stack: expect.stringContaining("TypeError") },
  ]);
});

it("signals that come meanwhile are one more reading, afterwards", async () => {
  const gate = Promise.withResolvers<void>();
  let readings = 0;
  const { reload } = house(async () => {
    readings += 1;
    await gate.promise;
    return setupWith("info");
  });
  const first = reload();
  await Promise.all([reload(), reload(), reload()]);
  expect(readings).toBe(1);
  gate.resolve();
  await first;
  expect(readings).toBe(2);
});
