export { phases, type Phase, type Refusable } from "./call.ts";
export { addressFaults, type AddressFault, type DeadAddress } from "./faults/addresses.ts";
export { faults } from "./faults/all.ts";
export type { Fault, Nature } from "./faults/fault.ts";
export { behaviourOf, draftOf, finalAnswerOf, healthyAnswer } from "./faulty-model.ts";
export { startLab, type Lab, type LabCall, type LabScript } from "./lab.ts";
export { wireNames, type WireName } from "./wire/dialect.ts";
