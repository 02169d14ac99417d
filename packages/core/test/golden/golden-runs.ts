import type { Scenario } from "../../src/testing/scenario.ts";
import { few } from "./few.ts";
import { troubles } from "./troubles.ts";
import { votes } from "./votes.ts";

/** Runs of every kind and outcome, by name, as they end. */
export const goldenRuns: Readonly<Record<string, () => Scenario>> = { ...votes, ...troubles, ...few };
