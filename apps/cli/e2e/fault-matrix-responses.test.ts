// The faults of the matrix, in every phase, of a member that goes by OpenAI's Responses API: see fault-matrix.test.ts.
import { describe } from "vitest";
import { responsesCells, responsesSample } from "./fault-matrix-cell.ts";
import { runMatrix } from "./fault-matrix-suite.ts";

describe("the fault matrix of a member by responses", () => {
  runMatrix(responsesCells, responsesSample);
});
