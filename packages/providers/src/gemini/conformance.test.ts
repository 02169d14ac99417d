import { test } from "vitest";
import { geminiDialect } from "../../fixtures/gemini-dialect.ts";
import { describeModel } from "../conformance/index.ts";
import { createGemini } from "./provider.ts";

describeModel({
  test,
  createModel: (settings, context) => createGemini().createModel({ model: "m-1", ...settings }, context),
  upstream: geminiDialect,
  capabilities: { remedies: true },
});
