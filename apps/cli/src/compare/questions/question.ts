import type { Message } from "@massgen/core";
import type { Expectation } from "../graders/expectation.ts";

/** What is asked, and what must be answered. */
export interface Question {
  /** Its line in the file, counted from 1. */
  readonly line: number;
  /** As the file names it; its line where it does not. */
  readonly id: string;
  readonly messages: readonly Message[];
  readonly expectation: Expectation;
}
