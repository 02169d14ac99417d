import { assertWhole, beginStream, framed, richAnswer, sending } from "./answers.ts";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ScriptedAnswer, WireEvent } from "./dialect.ts";
import type { ServiceCase } from "./kit-case.ts";

/** Ways to write one stream of events that the standard calls the same. */
const framings: readonly { readonly name: string; readonly write: (events: readonly WireEvent[]) => string }[] = [
  { name: "lines that end in CR", write: (events) => framed(events).replaceAll("\n", "\r") },
  {
    name: "lines that end in LF, CRLF and CR by turns",
    write: (events) => {
      const ends = ["\n", "\r\n", "\r"];
      // Not LF behind CR: that would be one line end, not two.
      let turn = 0;
      return framed(events).replace(/\n+/g, (run) => {
        const end = ends[turn++ % ends.length] ?? "\n";
        return end.repeat(run.length);
      });
    },
  },
  {
    name: "comments before, between and behind events",
    write: (events) =>
      `: welcome\n\n${events.map((event) => `:\n${framed([event])}: still here\n\n`).join("")}: bye\n\n`,
  },
  {
    name: "comments inside events",
    write: (events) => events.map((event) => `: one\n${framed([event]).slice(0, -1)}: two\n\n`).join(""),
  },
  { name: "data without a space behind the colon", write: (events) => framed(events).replaceAll(/^data: /gm, "data:") },
  {
    name: "data over several lines",
    write: (events) =>
      framed(
        events.map((event) => ({
          ...event,
          data: event.data.replace(/^(\{)([\s\S]*)(\})$/, "$1\ndata: $2\ndata: $3"),
        })),
      ),
  },
  {
    name: "ids, retry times and unknown fields",
    write: (events) =>
      events.map((event, position) => `id: ${position}\nretry: 1000\nweather: fine\n${framed([event])}`).join(""),
  },
  {
    name: "blank lines to spare, and events without data",
    write: (events) => `\n\n${events.map((event) => `${framed([event])}\nevent: nothing\n\n`).join("")}`,
  },
  { name: "no blank line behind the last event", write: (events) => framed(events).slice(0, -1) },
  { name: "no line end behind the last event", write: (events) => framed(events).slice(0, -2) },
];

/** The reverse of promise 4: a whole answer is never refused because of its framing. */
export const framingCases: readonly ServiceCase[] = [
  ...framings.map(({ name, write }): ServiceCase => ({
    promise: 4,
    name: `an answer is read whole from ${name}`,
    async run({ model, dialect, capabilities, answerBy }) {
      const answer = richAnswer(capabilities);
      answerBy(sending(write(dialect.answer(answer))));
      assertWhole(await collect(model.stream(hello)), answer);
    },
  })),
  {
    promise: 4,
    name: "an answer is read whole from lines that end in CRLF",
    async run({ model, dialect, capabilities, answerBy }) {
      const answer = richAnswer(capabilities);
      answerBy(sending(framed(dialect.answer(answer)).replaceAll("\n", "\r\n")));
      assertWhole(await collect(model.stream(hello)), answer);
    },
  },
  {
    promise: 4,
    name: "an answer is read whole behind a byte order mark",
    async run({ model, dialect, capabilities, answerBy }) {
      const answer = richAnswer(capabilities);
      answerBy(sending(`\uFEFF${framed(dialect.answer(answer))}`));
      assertWhole(await collect(model.stream(hello)), answer);
    },
  },
  {
    promise: 4,
    name: "an answer is read whole when every byte arrives alone",
    async run({ model, dialect, capabilities, answerBy }) {
      const answer = richAnswer(capabilities);
      answerBy(async ({ response }) => {
        beginStream(response);
        for (const byte of Buffer.from(framed(dialect.answer(answer)))) {
          response.write(Uint8Array.of(byte));
          await new Promise(setImmediate);
        }
        response.end();
      });
      assertWhole(await collect(model.stream(hello)), answer);
    },
  },
  {
    promise: 4,
    name: "an event of 4 MB is read whole",
    async run({ model, dialect, answerBy }) {
      const answer: ScriptedAnswer = { text: ["ü".repeat(2 * 1024 * 1024)], finish: "stop" };
      answerBy(sending(framed(dialect.answer(answer))));
      assertWhole(await collect(model.stream(hello)), answer);
    },
  },
];
