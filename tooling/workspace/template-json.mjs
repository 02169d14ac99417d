import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { templateFiles, templateFolder } from "./authoring-page.mjs";

// node template-json.mjs, in the folder of the command line, after its build: puts the files of the provider template
// into one that is published, from which `massgen new provider` makes them again.

const files = Object.fromEntries(
  templateFiles().map((name) => [name.replaceAll("\\", "/"), readFileSync(join(templateFolder, name), "utf8")]),
);
writeFileSync(join("dist", "provider-template.json"), JSON.stringify(files));
