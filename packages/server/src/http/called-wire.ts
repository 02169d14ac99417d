import type { Request } from "express";
import type { Wire } from "../wires/wire.ts";
import { defaultWire, wires } from "../wires/wires.ts";
import { plainPath } from "./route-name.ts";

/** The wire whose format answers a request, errors included: by its path, or elsewhere by the headers of its clients. */
export function calledWire(req: Request): Wire {
  const plain = plainPath(req.path);
  const called = wires.find((wire) => plain === wire.path || plain.startsWith(`${wire.path}/`));
  return called ?? wires.find(({ header }) => header !== undefined && req.get(header) !== undefined) ?? defaultWire;
}
