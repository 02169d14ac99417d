import type { Message } from "@massgen/core/model";
import type { UpstreamFailure } from "@massgen/provider-kit/wire";

const noImages =
  /(?:not support|no endpoints found that support|not allow) (?:images?|vision|multimodal)|images? (?:inputs? |urls? )?(?:is|are) not supported|not (?:a )?(?:multimodal|vision)|unknown variant .?image_url|image_url is only supported|content.{0,3} must be a string/i;

/** llama.cpp without a projector. */
const noProjector = /image input is not supported|mmproj/i;

/**
 * Whether a request was refused because the model sees no images: not because of one that is too large, broken or out
 * of reach. llama.cpp says so with a 500.
 */
export function isAboutImages({ status, message }: UpstreamFailure, messages: readonly Message[]): boolean {
  if (status !== 400 && status !== 404 && status !== 415 && status !== 422 && status !== 500) return false;
  const sent = messages.some(
    ({ content }) => typeof content !== "string" && content.some(({ type }) => type === "image"),
  );
  return sent && (noProjector.test(message) || (status !== 500 && noImages.test(message)));
}
