import { expect, it } from "vitest";
import { sizeProblem } from "./schema-size.ts";

it("a schema may be as deep and as long as the limits say, and no more", () => {
  expect(sizeProblem({ a: { b: {} } }, 3, 100)).toBeUndefined();
  expect(sizeProblem({ a: { b: {} } }, 2, 100)).toBe("deep");
  expect(sizeProblem({ a: "x".repeat(50) }, 9, 60)).toBeUndefined();
  expect(sizeProblem({ a: "x".repeat(70) }, 9, 60)).toBe("long");
  expect(sizeProblem({ ["k".repeat(70)]: 1 }, 9, 60)).toBe("long");
});

it("a large schema is not walked to its end", () => {
  let visits = 0;
  const entry = () => ({
    get a() {
      visits++;
      return 1;
    },
  });
  expect(sizeProblem(Array.from({ length: 10_000 }, entry), 9, 1000)).toBe("long");
  expect(visits).toBeLessThan(1000);
});
