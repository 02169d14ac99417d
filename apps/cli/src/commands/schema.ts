import type { Command } from "commander";
import { configJsonSchema } from "@massgen/config";
import type { CliContext } from "../context.ts";

export function addSchema(program: Command, context: CliContext): void {
  program
    .command("schema")
    .description("Print the JSON Schema of a configuration, for editors: massgen schema > massgen.schema.json")
    .action(() => context.stdout(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`));
}
