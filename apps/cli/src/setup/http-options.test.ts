import { serverSettings } from "@massgen/config";
import { defaultOptions } from "@massgen/server";
import { expect, it } from "vitest";
import { httpOptions } from "./http-options.ts";

it("what holds when nobody says anything is the same for the command and for an application of one's own", () => {
  const {
    apiKeys: _,
    metricsKeys: _metrics,
    adminKeys: _admins,
    stalledReaderMs: _stalled,
    storeKeepMs,
    storesAnswers,
    history,
    storeFailed: _failed,
    ...defaults
  } = defaultOptions;
  const bytes = { bodyLimit: 20 * 1024 ** 2, bodyMemory: 512 * 1024 ** 2 };
  expect(defaults).toMatchObject({ bodyLimit: "20mb", bodyMemory: "512mb" });
  const settings = serverSettings({ flags: {}, env: {}, file: {} });
  expect(httpOptions(settings)).toEqual({ ...defaults, ...bytes });
  const { store } = settings;
  expect([settings.storeKeepMs, settings.history, store !== "off"]).toEqual([storeKeepMs, history, storesAnswers]);
});
