import type { Wire } from "../wires/wire.ts";
import { defaultWire, wires } from "../wires/wires.ts";
import { plainPath } from "./route-name.ts";

/** The wire whose format answers requests for this path, errors included. */
export function calledWire(path: string): Wire {
  const plain = plainPath(path);
  return wires.find((wire) => plain === wire.path || plain.startsWith(`${wire.path}/`)) ?? defaultWire;
}
