import assert from "node:assert/strict";
import type { RawFinish } from "@massgen/core/model";
import { framed, greeting, sending } from "./answers.ts";
import { hello, type ServiceBench } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ScriptedAnswer } from "./dialect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { assertSame } from "./same.ts";

const longestField = 200;

/** Promise 2: what the provider says of the answer in its own words. */
export const rawFinishCases: readonly ServiceCase[] = [
  {
    promise: 2,
    name: "raw has the service's own words: its reason, its id of the answer, the model that answered",
    async run(bench) {
      const reason = "stop_sequence";
      const responseId = "answer-4711";
      const servedModel = "kit-model-2026-01-01";
      const { raw, sent } = await finishOf(bench, { ...greeting, finishWord: reason, responseId, servedModel });
      // A dialect leaves out what it has no field for.
      const checked: readonly (readonly [name: string, got: string | undefined, said: string])[] = [
        ["reason", raw.reason, reason],
        ["responseId", raw.responseId, responseId],
        ["servedModel", raw.servedModel, servedModel],
      ];
      for (const [name, got, said] of checked) if (sent.includes(said)) assertSame(got, said, `raw.${name}`);
    },
  },
  {
    promise: 2,
    name: "raw is absent where the service said nothing, and keeps 200 characters of each field",
    async run(bench) {
      const long = "z".repeat(5000);
      const { raw } = await finishOf(bench, { ...greeting, responseId: long, servedModel: long });
      for (const [name, text] of Object.entries(raw)) {
        assert.ok(text !== "" && text.length <= longestField, `raw.${name} has ${text.length} characters`);
      }
    },
  },
];

async function finishOf(
  { model, dialect, answerBy }: ServiceBench,
  answer: ScriptedAnswer,
): Promise<{ raw: RawFinish; sent: string }> {
  const sent = framed(dialect.answer(answer));
  answerBy(sending(sent));
  const { finish, error } = await collect(model.stream(hello));
  assertSame([error?.message, finish?.type], [undefined, "finish"], "error and end");
  return { raw: finish?.raw ?? {}, sent };
}
