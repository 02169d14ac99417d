import { expect, test } from "vitest";
import { mountOf } from "./mount.ts";

test.each([
  ["https://host/console/assets/page-1.js", "/console/", "https://host/"],
  ["https://host/team/a/console/assets/page-1.js", "/team/a/console/", "https://host/team/a/"],
])("%s", (script, console, api) => {
  expect(mountOf(script)).toEqual({ console, api });
});
