import { letterTask } from "./letters.ts";
import { sortingTask } from "./sorting.ts";
import { sumTask } from "./sum.ts";
import type { Task } from "./task.ts";

/** The most characters of a question that are read. */
const longestQuestion = 2000;

/** The task that a question sets, if it is one of the three kinds that the demo's programs know. */
export function taskIn(question: string): Task | undefined {
  const text = question.slice(0, longestQuestion);
  return sortingTask(text) ?? letterTask(text) ?? sumTask(text);
}
