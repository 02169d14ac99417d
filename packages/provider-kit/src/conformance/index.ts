export { describeModel, type KitSubject, type TestRunner } from "./describe-model.ts";
export type { KitHost, KitSettings } from "./bench.ts";
export type { KitCapabilities } from "./capabilities.ts";
export type { Dialect, ScriptedAnswer, ScriptedToolCall, WireEvent } from "./dialect.ts";
