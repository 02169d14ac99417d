export { addressFaults, type AddressFault, type DeadAddress } from "./faults/addresses.ts";
export { faults } from "./faults/all.ts";
export { phases, type Fault, type Nature } from "./faults/fault.ts";
export { behaviourOf, draftOf, finalAnswerOf, healthyAnswer } from "./faulty-model.ts";
export type { Refusable } from "./refusable.ts";
