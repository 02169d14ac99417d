import type { ToolCall } from "@massgen/core/model";
import { objectOf, textOf } from "@massgen/provider-kit/parts";

/** What Gemini needs back with a function call, as it travels in {@link ToolCall.opaque}. */
export interface CallSignature {
  readonly provider: "gemini";
  /** A signature is valid for this model only. */
  readonly model: string;
  /** Gemini's own id of the call, where it gave one. */
  readonly id?: string;
  /** Of parallel calls, only the first carries one. */
  readonly thoughtSignature?: string;
}

/** The documented stand-in for calls that Gemini did not make itself. */
export const foreignSignature = "skip_thought_signature_validator";

/** The signature that came with a call, if this very model made it. */
export function signatureOf(call: ToolCall, model: string): CallSignature | undefined {
  const opaque = objectOf(call.opaque);
  if (opaque?.["provider"] !== "gemini" || opaque["model"] !== model) return undefined;
  const id = textOf(opaque["id"]);
  const thoughtSignature = textOf(opaque["thoughtSignature"]);
  return {
    provider: "gemini",
    model,
    ...(id !== undefined && { id }),
    ...(thoughtSignature !== undefined && { thoughtSignature }),
  };
}
