import type { Agent } from "../agent.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { Setup } from "../coordination/state.ts";
import { MassgenError } from "../errors.ts";
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
  const secret = (ports.newSecret ?? newSecret)();
  const setup = setupFor(agents, settings, request, runId, secret, ports.clock.date(), ports.rates);
  if (setup.settings.budget.maxUsd !== undefined || request.allowance !== undefined) checkPrices(setup);
  return setup;
}

/** @throws MassgenError `configuration` where the price of a model is unknown, so that no limit in dollars holds */
function checkPrices({ members }: Setup): void {
  const models = members.flatMap(({ id, fallback, ...model }) =>
    [model, ...(fallback ? [fallback] : [])].map((each) => ({ ...each, id })),
  );
  const unpriced = models.filter(({ able, price }) => able && price === undefined);
  if (unpriced.length === 0) return;
  const names = unpriced.map(({ id, model }) => `${id} (${model})`).join(", ");
  const message = `what the run may cost cannot be kept: the price is unknown of ${names}; give it as \`price\` in the backend`;
  throw new MassgenError("configuration", message);
}
