import { test } from "vitest";
import { describeModel } from "../conformance/index.ts";
import { createDemo } from "./provider.ts";

describeModel({
  test,
  createModel: (settings, context) => createDemo().createModel({ model: "demo", ...settings }, context),
});
