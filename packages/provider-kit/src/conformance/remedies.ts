import assert from "node:assert/strict";
import type { ChatRequest, Sampling } from "@massgen/core/model";
import { framed, greeting, replying, sending } from "./answers.ts";
import { hello, type ServiceBench } from "./bench.ts";
import { collect, type Collected } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { assertSame } from "./same.ts";

/** Parameters to try, until the service has a field for one. */
const parameters: readonly Sampling[] = [{ temperature: 0.5 }, { topP: 0.9 }, { stop: ["END"] }, { seed: 7 }];

const tools = [{ name: "look", parameters: { type: "object", properties: { place: { type: "string" } } } }];

/** The path of a value in a body: the names of the members down to it. */
type Path = readonly string[];

/** A sampling parameter, and the field of the service's request that holds it. */
interface RefusedField {
  readonly name: string;
  readonly request: ChatRequest;
  readonly path: Path;
}

/** Promise 6: refusals that the model can work around. */
export const remedyCases: readonly ServiceCase[] = [
  {
    promise: 6,
    name: "a sampling parameter that is refused by name is left out and named, and not sent again",
    async run(bench) {
      const field = await fieldOf(bench);
      if (field === undefined) return;
      refuse(bench, field, "with this model", () => true);
      const once = await ask(bench, field.request);
      if (givesUp(bench, once.got)) return;
      assertSame(once.sent.length, 2, "requests of the call that was refused: one with the parameter, one without");
      const again = await ask(bench, field.request);
      assertSame(again.sent.length, 1, "requests of the next call like it");
      for (const { got } of [once, again]) assertAnswered(got, [field.name]);
      const [sent] = again.sent;
      assertSame(valueAt(sent, field.path), undefined, `${field.path.join(".")}, which the next call leaves out`);
    },
  },
  {
    promise: 6,
    name: "a sampling parameter that is refused beside tools stays in calls without tools",
    needs: ["tools"],
    async run(bench) {
      const field = await fieldOf(bench);
      if (field === undefined) return;
      const withTools = { ...field.request, tools };
      refuse(bench, field, "when tools are used", (body) => JSON.stringify(body).includes('"look"'));
      const once = await ask(bench, withTools);
      if (givesUp(bench, once.got)) return;
      assertAnswered(once.got, [field.name]);
      const { got, sent } = await ask(bench, field.request);
      assertAnswered(got, undefined);
      assertSame(sent.length, 1, "requests of a call without tools");
      const kept = valueAt(sent[0], field.path) !== undefined;
      assert.ok(
        kept,
        `a call without tools has to send ${field.path.join(".")}, since it was refused beside tools only`,
      );
      assertSame((await ask(bench, withTools)).sent.length, 1, "requests of the next call with tools");
    },
  },
];

/** Calls the model and gives what it sent, too. */
async function ask(
  { model, upstream }: ServiceBench,
  request: ChatRequest,
): Promise<{ readonly got: Collected; readonly sent: readonly unknown[] }> {
  const before = upstream.exchanges.length;
  const got = await collect(model.stream(request));
  return { got, sent: upstream.exchanges.slice(before).map(({ body }) => body) };
}

/** Whether a refusal ended the call, of a model that may give up. */
function givesUp({ capabilities }: ServiceBench, { error }: Collected): boolean {
  return capabilities.remedies !== true && error?.code === "invalid-request";
}

/** The first sampling parameter that appears in the body; undefined where none does. */
async function fieldOf(bench: ServiceBench): Promise<RefusedField | undefined> {
  const plain = (await ask(bench, hello)).sent[0];
  for (const sampling of parameters) {
    const request = { ...hello, sampling };
    const [body] = (await ask(bench, request)).sent;
    const path = pathsIn(body).find((one) => valueAt(plain, one) === undefined);
    const [name = ""] = Object.keys(sampling);
    if (path !== undefined) return { name, request, path };
  }
  return undefined;
}

/** From now on refuses bodies with the field, if `meant` says so. */
function refuse(
  { dialect, answerBy }: ServiceBench,
  { path }: RefusedField,
  where: string,
  meant: (body: unknown) => boolean,
): void {
  const words = `Unsupported parameter: '${path.at(-1)}' is not supported ${where}.`;
  const refused = replying(400, "application/json", JSON.stringify(dialect.refusal(400, words)));
  const answered = sending(framed(dialect.answer(greeting)));
  answerBy((exchange) => {
    const { body } = exchange;
    (valueAt(body, path) !== undefined && meant(body) ? refused : answered)(exchange);
  });
}

function assertAnswered({ error, text, finish }: Collected, dropped: readonly string[] | undefined): void {
  assertSame([error?.message, text], [undefined, "Hello"], "error and text");
  assertSame(finish?.droppedParameters, dropped, "droppedParameters");
}

/** The paths to all values in a body that are not objects. */
function pathsIn(value: unknown): readonly Path[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[]];
  return Object.entries(value).flatMap(([name, below]) => pathsIn(below).map((path) => [name, ...path]));
}

function valueAt(body: unknown, path: Path): unknown {
  const step = (value: unknown, name: string): unknown =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return path.reduce(step, body);
}
