export { manualClock, type ManualClock } from "./manual-clock.ts";
export { scenario, type Scenario, type ScenarioOptions } from "./scenario.ts";
export { answersIn, labelOf, newAnswer, phaseOf, scriptedModel, vote } from "./scripted-model.ts";
export type { ScriptedModel, ScriptedReply } from "./scripted-model.ts";
export type { Clock, Ports } from "../run/ports.ts";
