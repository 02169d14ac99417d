import type { WirePath } from "./wire.ts";

/**
 * What a client should call instead of a path that is not served.
 * @param served the path of the called wire
 */
export function adviceFor(path: string, served: WirePath): string {
  const lower = path.toLowerCase();
  if (lower.startsWith("/v1/v1/")) return "The client adds /v1 itself: leave it out of the base URL.";
  if (lower === "/v1/embeddings") return "A team makes no embeddings: ask their provider.";
  return `Send requests to POST ${served}.`;
}
