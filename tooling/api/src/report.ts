import { relative } from "node:path";
import { declarationsIn, type Declared } from "./declarations.ts";

/**
 * All that an entry promises, as text: what it exports, and every declaration of the package that these mention, each
 * under the name of its file. Comments are left out: they promise much, but a better wording breaks nobody.
 * @param entry its built declarations
 * @param folder where files count from
 */
export function reportOf(entry: string, folder: string): string {
  const { exported, passedOn } = declarationsIn(entry);
  const reached = new Map<string, Set<string>>();
  const reach = (from: Declared): void => {
    const { file, name } = originOf(from);
    const names = reached.get(file) ?? new Set();
    if (names.has(name)) return;
    reached.set(file, names.add(name));
    const { mentions, declared, imported } = declarationsIn(file);
    for (const mentioned of mentions.get(name) ?? []) {
      const next = declared.has(mentioned) ? { file, name: mentioned } : imported.get(mentioned);
      if (next !== undefined) reach(next);
    }
  };
  for (const origin of exported.values()) reach(origin);

  const names = [...exported].map(([as, { name }]) => (as === name ? as : `${name} as ${as}`)).toSorted();
  const files = [...reached].map(([file, found]) => {
    const { declared } = declarationsIn(file);
    const texts = [...found].toSorted().flatMap((name) => declared.get(name) ?? []);
    return `// ${relative(folder, file)}\n\n${[...new Set(texts)].join("\n\n")}\n`;
  });
  return `${["// exports", ...names, ...passedOn].join("\n")}\n\n${files.toSorted().join("\n")}`;
}

/** Where a name is declared, however often it is passed on. */
function originOf({ file, name }: Declared): Declared {
  const { declared, exported, imported } = declarationsIn(file);
  if (declared.has(name)) return { file, name };
  // What is imported and exported again is exported from this very file.
  const next = imported.get(name) ?? exported.get(name);
  if (next === undefined || (next.file === file && next.name === name))
    throw new Error(`${file} does not say where ${name} comes from`);
  return originOf(next);
}
