// A model whose calls wait for their turn keeps every promise that it keeps without limits, and ends every turn.
import { afterEach, test } from "vitest";
import { systemClock as clock, type Limiter, type Turn } from "@massgen/core/model";
import { describeModel } from "@massgen/provider-kit/conformance";
import { wires } from "@massgen/upstream";
import { registryHost } from "../../fixtures/registry-host.ts";
import { dialectOf } from "../../fixtures/simulated-dialect.ts";
import { createAnthropic } from "../anthropic/provider.ts";
import { createAccounts } from "./accounts.ts";
import { limitedModel } from "./limited-model.ts";
import { createLimiter } from "./limiter.ts";

const host = registryHost();

/** Turns that were given and have not ended. */
const open = new Set<Turn>();

function watched(limiter: Limiter): Limiter {
  return {
    ...limiter,
    async acquire(account, call) {
      const turn = await limiter.acquire(account, call);
      const noted: Turn = {
        ...turn,
        end(tokens) {
          open.delete(noted);
          turn.end(tokens);
        },
        cancel() {
          open.delete(noted);
          turn.cancel();
        },
      };
      open.add(noted);
      return noted;
    },
    // The kit calls again right after a 429, which a limiter would hold up for as long as the service says.
    pause: () => undefined,
  };
}

afterEach(() => {
  if (open.size > 0) throw new Error(`${open.size} turns were not ended.`);
});

describeModel({
  test,
  host,
  createModel: (settings, context) => {
    const account = createAccounts(watched(createLimiter(clock))).account("a");
    account.limit("claude", { maxConcurrency: 20, requestsPerMinute: 1000, tokensPerMinute: 100_000_000 });
    const model = createAnthropic().createModel({ model: "m-1", ...settings }, context);
    const closed = new AbortController().signal;
    return limitedModel(model, { label: "claude m-1", model: "m-1", account, clock, closed });
  },
  upstream: dialectOf(wires.claude),
  extrasType: "claude",
  capabilities: { remedies: true },
});
