import { expect, it } from "vitest";
import { hasCircle } from "./schema-circle.ts";

const to = (name: string): object => ({ $ref: `#/$defs/${name}` });

it.each([
  [{ $ref: "#" }, true],
  [{ $ref: "#/$defs/a", $defs: { a: to("a") } }, true],
  [{ $defs: { a: to("b"), b: to("c"), c: to("a") } }, true],
  [{ $defs: { "a/b": { $ref: "#/$defs/a~1b" } } }, true],
  [{ $defs: { "a b": { $ref: "#/$defs/a%20b" } } }, true],
  [{ items: { $ref: "#" } }, false],
  [{ $defs: { a: to("b"), b: to("c"), c: { items: to("a") } } }, false],
  [{ $ref: "#/$defs/gone" }, false],
  [{ $ref: "#/constructor" }, false],
  [{ $ref: "#/%" }, false],
  [{ $ref: "http://elsewhere" }, false],
])("references of %j go round in circles: %s", (schema, circle) => {
  expect(hasCircle(schema)).toBe(circle);
});

it("a long chain is followed once", () => {
  const $defs = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`a${i}`, to(`a${i + 1}`)]));
  expect(hasCircle({ $defs })).toBe(false);
});
