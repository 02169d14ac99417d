export { describeStore, type StoreSubject, type TestRunner } from "./describe-store.ts";
export { ended, facts, keptRun } from "./kept.ts";
