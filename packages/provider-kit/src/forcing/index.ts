// Getting a model to call a tool, and reading calls that it writes as text.
export { createLadder, type Descent, type Ladder } from "./ladder.ts";
export { wantsCall, type Rung } from "./rung.ts";
export { withoutToolTurns } from "./plain-turns.ts";
export { callsIn, type HalfCall, type ShapedAnswer } from "./forced-answer.ts";
export { shapedAnswer } from "./shaped-answer.ts";
