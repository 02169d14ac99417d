import { expect, test } from "vitest";
import { routeName } from "./route-name.ts";

test.each([
  ["/v1/chat/completions", "/v1/chat/completions"],
  ["/V1/Chat/Completions/", "/v1/chat/completions"],
  ["/v1/models", "/v1/models"],
  ["/v1/models/", "/v1/models"],
  ["/v1/models/massgen/model:sk-1", "/v1/models/:id"],
  ["/health", "/health"],
  ["/", "other"],
  ["/v1/chat/completions/x", "other"],
  ["/constructor", "other"],
])("%s is %s", (path, name) => {
  expect(routeName(path)).toBe(name);
});
