import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { ModelEvent } from "@massgen/core/model";
import { beginStream, framed } from "./answers.ts";
import { hello } from "./bench.ts";
import type { ServiceCase } from "./kit-case.ts";
import { turns, within } from "./patience.ts";

/** Characters of one event, and how many events there are: 48 MB. */
const eventLength = 64 * 1024;
const events = 768;
/** The buffers of both ends and of the system hold a few megabytes. More means a reader that runs ahead. */
const mostAhead = 16 * 1024 * 1024;

/** Promise 9: pace. */
export const paceCases: readonly ServiceCase[] = [
  {
    promise: 9,
    name: "a consumer that stops asking stops the service, and what is held for a slow one is bounded",
    async run({ model, dialect, answerBy }) {
      const pump = createPump();
      const text = Array.from({ length: events }, () => "x".repeat(eventLength));
      const answer = dialect.answer({ text, finish: "stop" });
      answerBy(({ response }) =>
        pump.run(
          response,
          answer.map((event) => framed([event])),
        ),
      );
      const iterator = model.stream(hello)[Symbol.asyncIterator]();
      let taken = await readOn(iterator, 1);
      for (const more of [0, 100, 100]) {
        taken += await readOn(iterator, more);
        const ahead = (await pump.stalled()) - taken;
        assert.ok(ahead < mostAhead, `${ahead} bytes were read ahead of the consumer`);
      }
      await iterator.return?.();
    },
  },
];

interface Pump {
  /** Sends pieces as fast as they are taken. */
  readonly run: (response: ServerResponse, pieces: readonly string[]) => Promise<void>;
  /** Waits until no more characters go through, and returns how many did. */
  readonly stalled: () => Promise<number>;
}

function createPump(): Pump {
  let sent = 0;
  return {
    async run(response, pieces) {
      beginStream(response);
      for (const piece of pieces) {
        if (!response.write(piece)) await once(response, "drain");
        sent += piece.length;
      }
      response.end();
    },
    async stalled() {
      for (let before = -1; before !== sent;) {
        before = sent;
        await turns(200);
      }
      return sent;
    },
  };
}

async function readOn(iterator: AsyncIterator<ModelEvent>, count: number): Promise<number> {
  let taken = 0;
  for (let read = 0; read < count; read += 1) {
    const next = await within(iterator.next(), "the next piece");
    if (!next.done && next.value.type === "text-delta") taken += next.value.text.length;
  }
  return taken;
}
