import { optionHelp, optionRows, type FlagValue, type NamedOption, type ServerSources } from "@massgen/config";
import { Option, type Command } from "commander";

/** The flags of `massgen serve`, as typed. */
export interface ServeFlags {
  readonly config?: string;
  readonly defaultModel?: string;
  readonly demo?: boolean;
  /** The flags of the server's options, without the dashes. */
  readonly server: ServerSources["flags"];
}

/** What help says about a flag. */
interface FlagLine extends Pick<NamedOption, "flag" | "env" | "help"> {
  /** Empty for a flag without a value. */
  readonly placeholder: string;
}

/** The flags that choose the team. They have no key in a configuration. */
export const teamFlags: readonly FlagLine[] = [
  { flag: "config", placeholder: "PATH", env: "MASSGEN_SERVER_DEFAULT_CONFIG", help: "YAML configuration file" },
  {
    flag: "default-model",
    placeholder: "MODEL",
    env: "MASSGEN_SERVER_DEFAULT_MODEL",
    help: "without a configuration: a team of three of this model",
  },
  { flag: "demo", placeholder: "", help: "the offline team: three small programs, no key and no model" },
];

/** Adds every flag of `massgen serve`. Returns a function that turns the values that commander parsed into flags. */
export function addServeFlags(command: Command): (parsed: Readonly<Record<string, FlagValue>>) => ServeFlags {
  for (const line of teamFlags) command.addOption(optionOf(line));
  const options = optionRows.map((row) => {
    const { unit, default: fallback } = row;
    const option = optionOf({ ...row, placeholder: unit.placeholder, help: optionHelp(row) }, writtenDefault(fallback));
    if (unit.form === "list") option.argParser(collected);
    command.addOption(option);
    return [row.flag, option.attributeName()] as const;
  });
  return ({ config, defaultModel, demo, ...parsed }) => ({
    ...(typeof config === "string" && { config }),
    ...(typeof defaultModel === "string" && { defaultModel }),
    ...(demo === true && { demo }),
    server: Object.fromEntries(options.map(([flag, attribute]) => [flag, parsed[attribute]])),
  });
}

/** Collects the values of a flag that may be given several times. */
function collected(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** A default as it would be written; empty for an option that is off by default. */
export function writtenDefault(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || value === true ? String(value) : "";
}

function optionOf({ flag, placeholder, env, help }: FlagLine, fallback = ""): Option {
  const value = placeholder === "" ? "" : ` <${placeholder.toLowerCase()}>`;
  const notes = [
    ...(env === undefined ? [] : [`(env ${env})`]),
    ...(fallback === "" ? [] : [`(default: ${fallback})`]),
  ];
  return new Option(`--${flag}${value}`, [help, ...notes].join(" "));
}
