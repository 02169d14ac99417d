import { test } from "vitest";
import { describeModel } from "@massgen/provider-kit/conformance";
import { geminiDialect } from "../../fixtures/gemini-dialect.ts";
import { registryHost } from "../../fixtures/registry-host.ts";
import { createGemini } from "./provider.ts";

const host = registryHost();

describeModel({
  test,
  host,
  createModel: (settings, context) => createGemini().createModel({ model: "m-1", ...settings }, context),
  upstream: geminiDialect,
  extrasType: "gemini",
  capabilities: { remedies: true },
});
