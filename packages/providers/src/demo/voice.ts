import { claimOf, type Task } from "./programs/task.ts";

/** How one demo agent works. */
export interface Voice {
  readonly name: string;
  /** What it makes of a task. */
  readonly result: (task: Task) => string;
  /** The draft that gives this result. */
  readonly answer: (task: Task) => string;
  /** What it says when a question is nothing that the demo's programs can do. */
  readonly shrug: string;
}

/** Stands in every draft and every final answer, so that it is not mistaken for a model's. */
export const notice = "This is MassGen's offline demo: no model was called.";

/** What the programs can do, for those who asked something else. */
export const skills =
  'The demo can do sums ("What is 25 * 4?"), count letters ("How many r\'s are in strawberry?") and sort ("Sort 10, 9, 2").';

const right = ({ right: result }: Task): string => result;
const sloppy = ({ sloppy: result }: Task): string => result;

/** The voices, assigned in turn. The builder has a flaw, so that the vote has something to decide. */
export const voices: readonly Voice[] = [
  {
    name: "planner",
    result: right,
    answer: (task) => claimOf(task, task.right),
    shrug: "the planner found no sum to work out",
  },
  {
    name: "builder",
    result: sloppy,
    answer: (task) => claimOf(task, task.sloppy),
    shrug: "the builder found no letters to count",
  },
  {
    name: "reviewer",
    result: right,
    answer: (task) => `${claimOf(task, task.right)} ${task.checked}`,
    shrug: "the reviewer found no list to sort",
  },
];
