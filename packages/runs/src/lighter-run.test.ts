import { expect, test } from "vitest";
import { lighterRun, mostWithImages } from "./lighter-run.ts";
import type { KeptRun } from "./kept-run.ts";
import { keptRun } from "./testing/kept.ts";

const address = "https://example.com/sky.png";

function withImage(bytes: number): KeptRun {
  const url = `data:image/png;base64,${"A".repeat(bytes)}`;
  return keptRun("run_1", {
    request: {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image", url },
            { type: "image", url: address },
          ],
        },
      ],
    },
    wire: { path: "/v1/responses", own: { input: [{ content: [{ type: "input_image", image_url: url }] }] } },
  });
}

test("a request over a megabyte loses the bytes of its images, wherever they stand", () => {
  const run = withImage(mostWithImages);
  const light = lighterRun(run);
  expect(JSON.stringify(light)).not.toContain("AAAA");
  expect(light).toEqual({
    ...run,
    imagesDropped: true,
    request: {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image", url: "data:image/png;base64," },
            { type: "image", url: address },
          ],
        },
      ],
    },
    wire: {
      path: "/v1/responses",
      own: { input: [{ content: [{ type: "input_image", image_url: "data:image/png;base64," }] }] },
    },
  });
});

test("smaller ones keep them, and long texts stay", () => {
  expect(lighterRun(withImage(mostWithImages / 2))).toBeUndefined();
  const content = "data:image/png;base64,".repeat(100_000);
  expect(lighterRun(keptRun("run_1", { request: { messages: [{ role: "user", content }] } }))).toBeUndefined();
});
