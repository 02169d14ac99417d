import type { ImagePart } from "@massgen/core/model";
import { z } from "zod";
import { imageUrl } from "../fields/image-url.ts";

/** An `image_url` part of a user's message. */
export const imagePart = z
  .object({ image_url: z.object({ url: imageUrl, detail: z.enum(["auto", "low", "high"]).nullish() }) })
  .transform(({ image_url: { url, detail } }): ImagePart => ({
    type: "image",
    url,
    ...(typeof detail === "string" && { detail }),
  }));
