import { runIdOf } from "./ids.ts";
import type { OwnRequest } from "./response.ts";
import type { ClientTool } from "./tools.ts";

/** A kept request as JSON, which knows no maps. */
type KeptJson = Omit<OwnRequest, "tools"> & { readonly tools: readonly ClientTool[] };

export function toKeptRequest({ tools, ...rest }: OwnRequest): object {
  return { ...rest, tools: [...tools.values()] } satisfies KeptJson;
}

/** @param json as {@link toKeptRequest} made it */
export function fromKeptRequest(json: object): OwnRequest {
  const { tools, ...rest } = json as KeptJson;
  return { ...rest, tools: new Map(tools.map((tool) => [tool.tool.name, tool])) };
}

/** The run of the response that a request continues. */
export function continuedRun({ echo }: OwnRequest): string | undefined {
  const { previous_response_id: previous } = echo as { readonly previous_response_id?: unknown };
  return typeof previous === "string" ? runIdOf(previous) : undefined;
}
