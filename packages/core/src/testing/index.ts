export type { CallOrder, CallPurpose, Effect } from "../coordination/effect.ts";
export type { Fact } from "../coordination/event.ts";
export { initialState, type Setup, type State } from "../coordination/state.ts";
export { transition } from "../coordination/transition.ts";
export { manualClock, type ManualClock } from "./manual-clock.ts";
export { scenario, type Scenario, type ScenarioOptions } from "./scenario.ts";
export { answersIn, labelOf, newAnswer, phaseOf, scriptedModel, vote } from "./scripted-model.ts";
export type { ScriptedModel, ScriptedReply } from "./scripted-model.ts";
export type { Clock, Ports } from "../run/ports.ts";
