import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MassgenError } from "@massgen/core";
import { builtInProviders } from "@massgen/providers";
import type { Command } from "commander";
import { renamed, templateFiles } from "../authoring/provider-files.ts";
import { providerName } from "../authoring/provider-name.ts";
import type { CliContext } from "../context.ts";

export function addNew(program: Command, context: CliContext): void {
  program
    .command("new")
    .description("Make the beginnings of something of your own.")
    .command("provider")
    .description("Make a folder with a package that teaches MassGen a backend type: it builds, and its tests pass.")
    .argument("<name>", "the service's name, such as acme or my-service")
    .addHelpText("after", help)
    .action((name: string) => makeProvider(name, context));
}

function makeProvider(written: string, { cwd, stdout }: CliContext): void {
  const taken = builtInProviders().flatMap(({ type, aliases = [] }) => [type, ...aliases]);
  const name = providerName(written, taken);
  const folder = join(cwd, name.packageName);
  makeFolder(folder, name.packageName);
  const files = renamed(templateFiles(), name);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { flag: "wx" });
  }
  const lines = [
    `Made ${name.packageName}/: ${[...files.keys()].join(", ")}.`,
    "",
    "Type:",
    `  cd ${name.packageName}`,
    "  npm install",
    "  npm test          the conformance kit plays the service: everything passes",
    "",
    `The service is invented. Put yours in its place: src/request.ts writes what it is sent, src/answer.ts reads what it`,
    `says, and test/dialect.ts shows the kit how it speaks. README.md is for the users of the package.`,
  ];
  stdout(`${lines.join("\n")}\n`);
}

function makeFolder(folder: string, name: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const message =
      code === "EEXIST"
        ? `${name} is there already, and is not touched. Move it away, or choose another name.`
        : `${name} cannot be made: ${error instanceof Error ? error.message : String(error)}`;
    throw new MassgenError("configuration", message);
  }
}

const help = `
The files are those of AUTHORING.md in @massgen/provider-kit, which explains them:
https://www.npmjs.com/package/@massgen/provider-kit

Example:
  massgen new provider my-service     makes massgen-provider-my-service, for \`type: my_service\``;
