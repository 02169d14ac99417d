import { test } from "vitest";
import { describeModel } from "@massgen/provider-kit/conformance";
import { createDemo } from "./provider.ts";

describeModel({
  test,
  createModel: (settings, context) => createDemo().createModel({ model: "demo", ...settings }, context),
});
