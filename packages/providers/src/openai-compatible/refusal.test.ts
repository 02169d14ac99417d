import { expect, test } from "vitest";
import { isAboutImages } from "./refusal.ts";

test.each<[string, boolean]>([
  ["Failed to deserialize the JSON body: messages[0]: unknown variant `image_url`, expected `text`", true],
  ["No endpoints found that support image input", true],
  ["llama-3 is not a multimodal model", true],
  ["Invalid content type. image_url is only supported by certain models.", true],
  ["messages[0].content must be a string", true],
  ["this model does not support images", true],
  ["Image inputs are not supported", true],
  ["The image is too large: at most 20 MB", false],
  ["We only support image formats jpeg and png", false],
  ["Could not fetch the image", false],
])("images: %s", (message, about) => {
  const image = { role: "user", content: [{ type: "image", url: "https://example.com/a.png" }] } as const;
  expect(isAboutImages({ status: 400, message }, [image])).toBe(about);
  expect(isAboutImages({ status: 500, message }, [image])).toBe(false);
  expect(isAboutImages({ status: 400, message }, [{ role: "user", content: "?" }])).toBe(false);
});

test("images: llama.cpp says so with a 500", () => {
  const image = { role: "user", content: [{ type: "image", url: "data:image/png;base64,AA==" }] } as const;
  const message = "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj";
  expect(isAboutImages({ status: 500, message }, [image])).toBe(true);
  expect(isAboutImages({ status: 503, message }, [image])).toBe(false);
  expect(isAboutImages({ status: 500, message }, [{ role: "user", content: "?" }])).toBe(false);
});
