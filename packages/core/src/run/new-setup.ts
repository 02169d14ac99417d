import type { Agent } from "../agent.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { Setup } from "../coordination/state.ts";
import type { RunRequest } from "../run-request.ts";
import { newSecret, type Ports } from "./ports.ts";
import { setupFor } from "./setup.ts";

/** What a new run is begun with. */
export function newSetup(
  agents: readonly Agent[],
  settings: CoordinationSettings,
  request: RunRequest,
  ports: Ports,
): Setup {
  const runId = request.runId ?? ports.newRunId();
  return setupFor(agents, settings, request, runId, (ports.newSecret ?? newSecret)(), ports.clock.date());
}
