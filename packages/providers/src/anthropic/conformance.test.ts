import { test } from "vitest";
import { describeModel } from "@massgen/provider-kit/conformance";
import { messagesDialect } from "../../fixtures/messages-dialect.ts";
import { registryHost } from "../../fixtures/registry-host.ts";
import { createAnthropic } from "./provider.ts";

const host = registryHost();

describeModel({
  test,
  host,
  createModel: (settings, context) => createAnthropic().createModel({ model: "m-1", ...settings }, context),
  upstream: messagesDialect,
  extrasType: "claude",
  capabilities: { remedies: true },
});
