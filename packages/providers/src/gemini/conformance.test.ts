import { test } from "vitest";
import { describeModel } from "@massgen/provider-kit/conformance";
import { wires } from "@massgen/upstream";
import { registryHost } from "../../fixtures/registry-host.ts";
import { dialectOf } from "../../fixtures/simulated-dialect.ts";
import { createGemini } from "./provider.ts";

const host = registryHost();

describeModel({
  test,
  host,
  createModel: (settings, context) => createGemini().createModel({ model: "m-1", ...settings }, context),
  upstream: dialectOf(wires.gemini),
  extrasType: "gemini",
  capabilities: { remedies: true },
});
