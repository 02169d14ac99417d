import { expect, test } from "vitest";
import { routeName } from "./route-name.ts";

test.each([
  ["/v1/chat/completions", "/v1/chat/completions"],
  ["/V1/Chat/Completions/", "/v1/chat/completions"],
  ["/v1/models", "/v1/models"],
  ["/v1/models/", "/v1/models"],
  ["/v1/models/massgen/model:sk-1", "/v1/models/:id"],
  ["/v1/responses/resp_1", "/v1/responses/:id"],
  ["/v1/Responses/resp_1/Cancel", "/v1/responses/:id/cancel"],
  ["/v1/responses/resp_1/input_items/", "/v1/responses/:id/input_items"],
  ["/v1/responses/input_tokens", "/v1/responses/input_tokens"],
  ["/v1/responses/resp_1/other", "other"],
  ["/v1/responses//", "other"],
  ["/health", "/health"],
  ["/", "other"],
  ["/v1/chat/completions/x", "/v1/chat/completions/:id"],
  ["/v1/chat/completions/x/messages", "/v1/chat/completions/:id/messages"],
  ["/v1/chat/completions/x/cancel", "other"],
  ["/constructor", "other"],
  ["/console", "/console"],
  ["/Console/assets/page.js", "/console"],
  ["/consoles", "other"],
])("%s is %s", (path, name) => {
  expect(routeName(path)).toBe(name);
});
