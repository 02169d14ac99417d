import { randomUUID } from "node:crypto";
import { systemClock, type Clock } from "@massgen/core";

/** The server's access to time and randomness; tests provide their own. */
export interface Ports {
  readonly clock: Clock;
  /** A new unique id of letters, digits and dashes. */
  readonly newId: () => string;
}

/** The system's clock, random ids. */
export const systemPorts: Ports = { clock: systemClock, newId: () => randomUUID() };
