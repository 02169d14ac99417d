import type { CallPurpose } from "../coordination/effect.ts";
import type { ChatRequest } from "../model/chat-request.ts";

/**
 * To read each token by itself costs more than all else of a run, and who watches a draft still sees it grow ten times
 * a second.
 */
const gatherMs = 100;

/** Of a call whose text no client gets while it is written, pieces may be read together. */
export function gathering(purpose: CallPurpose): Pick<ChatRequest, "gatherMs"> {
  const delivered = purpose.phase === "presentation" || (purpose.phase === "draft" && purpose.solo);
  return delivered ? {} : { gatherMs };
}
