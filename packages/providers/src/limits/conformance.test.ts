// A model whose calls stand in a line keeps every promise that it keeps without.
import { test } from "vitest";
import { messagesDialect } from "../../fixtures/messages-dialect.ts";
import { createAnthropic } from "../anthropic/provider.ts";
import { describeModel } from "../conformance/index.ts";
import { createCallLine } from "./call-line.ts";
import { systemClock as clock } from "./clock.ts";
import { limitedModel } from "./limited-model.ts";

describeModel({
  test,
  createModel: (settings, context) => {
    // The kit calls again right after a 429, which a line would hold up for as long as the service says.
    const line = { ...createCallLine(clock), pause: () => undefined };
    line.limit("claude", { maxConcurrency: 20, requestsPerMinute: 1000, tokensPerMinute: 100_000_000 });
    const model = createAnthropic().createModel({ model: "m-1", ...settings }, context);
    return limitedModel(model, { label: "claude m-1", line, clock });
  },
  upstream: messagesDialect,
});
