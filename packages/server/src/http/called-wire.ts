import type { Request } from "express";
import type { Wire } from "../wires/wire.ts";
import { defaultWire, wires } from "../wires/wires.ts";
import { plainPath } from "./route-name.ts";

/** The wire whose format answers a request, errors included: by its path, or else by the headers of its clients. */
export function calledWire(req: Request): Wire {
  // A base URL with a `/v1` too many leads nowhere, but still shows which client calls.
  const plain = plainPath(req.path).replace(/^\/v1(?=\/v1\/)/, "");
  const called = wires.find((wire) => plain === wire.path || plain.startsWith(`${wire.path}/`));
  return called ?? wires.find(({ header }) => header !== undefined && req.get(header) !== undefined) ?? defaultWire;
}
