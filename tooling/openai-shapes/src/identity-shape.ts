import { z } from "zod";

/** Fields that every completion and every chunk has. */
export const identityShape = {
  id: z.string().regex(/^chatcmpl-./),
  /** Seconds, not milliseconds. */
  created: z.int().min(1_000_000_000).max(99_999_999_999),
  model: z.string().min(1),
};

export const finishReasonShape = z.enum(["stop", "length", "tool_calls", "content_filter"]);
