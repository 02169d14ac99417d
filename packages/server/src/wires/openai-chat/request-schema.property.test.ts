import { parseErrorBody } from "@massgen/openai-shapes";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { legal, mutated } from "../../../test/mutated-request.ts";
import { ProblemError } from "../../problem.ts";
import { errorBody } from "../openai-error.ts";
import { requestFields } from "./request-fields.ts";
import { parseRequest } from "./request-schema.ts";
import { toRun } from "./to-run.ts";

test("the legal request is legal", () => {
  expect(toRun(parseRequest(legal))).toMatchObject({ toolChoice: "auto", responseFormat: { name: "n" } });
});

test("whatever becomes of a legal request, it passes or is refused by the name of a field", () => {
  let passed = 0;
  let refused = 0;
  fc.assert(
    fc.property(mutated, (body) => {
      try {
        toRun(parseRequest(body));
        passed += 1;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        refused += 1;
        expect(error.problem.status).toBe(400);
        const { error: wire } = parseErrorBody(errorBody(error.problem));
        const [root] = /^[a-z_]+/.exec(wire.param ?? "") ?? [];
        expect(Object.keys(requestFields)).toContain(root);
        expect(wire.message).toContain(`'${wire.param}'`);
        expect(wire.message.length).toBeLessThan(600);
      }
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(passed, refused)).toBeGreaterThan(100);
});
