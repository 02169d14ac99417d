export { describeStore, type StoreSubject, type TestRunner } from "./describe-store.ts";
