// A model whose calls stand in a line keeps every promise that it keeps without, and gives back every place.
import { afterEach, test } from "vitest";
import { describeModel } from "@massgen/provider-kit/conformance";
import { wires } from "@massgen/upstream";
import { registryHost } from "../../fixtures/registry-host.ts";
import { dialectOf } from "../../fixtures/simulated-dialect.ts";
import { createAnthropic } from "../anthropic/provider.ts";
import { createCallLine, type CallLine, type Turn } from "./call-line.ts";
import { systemClock as clock } from "@massgen/core/model";
import { limitedModel } from "./limited-model.ts";

const host = registryHost();

/** Turns that were given and have not ended. */
const open = new Set<Turn>();

function watched(line: CallLine): CallLine {
  const note = (turn: Turn): Turn => {
    const noted: Turn = {
      end(tokens) {
        open.delete(noted);
        turn.end(tokens);
      },
      pass() {
        open.delete(noted);
        turn.pass();
      },
    };
    open.add(noted);
    return noted;
  };
  return {
    ...line,
    enter: (place) => line.enter({ ...place, onTurn: (turn) => place.onTurn(note(turn)) }),
    // The kit calls again right after a 429, which a line would hold up for as long as the service says.
    pause: () => undefined,
  };
}

afterEach(() => {
  if (open.size > 0) throw new Error(`${open.size} places in line were not given back.`);
});

describeModel({
  test,
  host,
  createModel: (settings, context) => {
    const line = watched(createCallLine(clock));
    line.limit("claude", { maxConcurrency: 20, requestsPerMinute: 1000, tokensPerMinute: 100_000_000 });
    const model = createAnthropic().createModel({ model: "m-1", ...settings }, context);
    return limitedModel(model, { label: "claude m-1", line, clock });
  },
  upstream: dialectOf(wires.claude),
  capabilities: { remedies: true },
});
