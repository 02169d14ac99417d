import type { RunEvent } from "@massgen/core";
import type { Admission } from "../admission.ts";
import type { Engine } from "../../runs/engine.ts";
import type { ServerOptions } from "../options.ts";
import type { Ports } from "../../ports.ts";
import type { Respond } from "../respond.ts";

/** What answering a chat completion takes. */
export interface ChatParts {
  readonly engine: Engine;
  readonly admission: Admission;
  /** As they are at this moment. */
  readonly options: ServerOptions;
  readonly ports: Ports;
  readonly respond: Respond;
  /** Takes every event of every run. Never throws. */
  readonly observe: (event: RunEvent, runId: string) => void;
}
