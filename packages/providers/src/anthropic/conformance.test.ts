import { test } from "vitest";
import { messagesDialect } from "../../fixtures/messages-dialect.ts";
import { describeModel } from "../conformance/index.ts";
import { createAnthropic } from "./provider.ts";

describeModel({
  test,
  createModel: (settings, context) => createAnthropic().createModel({ model: "m-1", ...settings }, context),
  upstream: messagesDialect,
  capabilities: { remedies: true },
});
