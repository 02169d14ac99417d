export { casesOf, costOf, longest, type HostileCase } from "./growth.ts";
export type { Reader } from "./reader.ts";
export { readers } from "./readers/index.ts";
