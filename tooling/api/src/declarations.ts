import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync, type Node, type Statement } from "oxc-parser";

/** A name, and the file of built declarations that declares it under that name. */
export interface Declared {
  readonly file: string;
  readonly name: string;
}

/** A built file of declarations, taken apart. */
export interface DeclarationFile {
  /** What its own declarations of a name say, without comments. */
  readonly declared: ReadonlyMap<string, readonly string[]>;
  /** The names that the declaration of a name mentions. */
  readonly mentions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names that come from elsewhere in the package. */
  readonly imported: ReadonlyMap<string, Declared>;
  /** Exported names, and what they are here or elsewhere. */
  readonly exported: ReadonlyMap<string, Declared>;
  /** Exports of other packages that are passed on, as written. */
  readonly passedOn: readonly string[];
}

const read = new Map<string, DeclarationFile>();

/** @throws Error for a file that cannot be parsed, or exports in a way that this does not know */
export function declarationsIn(file: string): DeclarationFile {
  const known = read.get(file) ?? parse(file);
  read.set(file, known);
  return known;
}

function parse(file: string): DeclarationFile {
  const source = readFileSync(file, "utf8");
  const { program, comments, errors } = parseSync(file, source);
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`);
  const declared = new Map<string, string[]>();
  const mentions = new Map<string, Set<string>>();
  const imported = new Map<string, Declared>();
  const exported = new Map<string, Declared>();
  const passedOn: string[] = [];

  const textOf = ({ start, end }: { start: number; end: number }): string => {
    let text = "";
    let at = start;
    for (const comment of comments.filter((one) => one.start >= start && one.end <= end)) {
      text += source.slice(at, comment.start);
      at = comment.end;
    }
    return (text + source.slice(at, end)).replaceAll(/^[ \t]*\n/gm, "");
  };
  const keep = (declaration: Node, whole: Node, isExported: boolean): void => {
    for (const name of namesOf(declaration)) {
      declared.set(name, [...(declared.get(name) ?? []), textOf(whole)]);
      mentions.set(name, identifiersIn(declaration, mentions.get(name)));
      if (isExported) exported.set(name, { file, name });
    }
  };

  for (const statement of program.body as readonly Statement[]) {
    if (statement.type === "ImportDeclaration") {
      const from = localFile(file, statement.source.value);
      for (const specifier of from === undefined ? [] : statement.specifiers) {
        if (specifier.type !== "ImportSpecifier") throw new Error(`${file}: imports by name alone are followed`);
        imported.set(specifier.local.name, { file: from as string, name: wordOf(specifier.imported) });
      }
    } else if (statement.type === "ExportNamedDeclaration" && statement.declaration) {
      keep(statement.declaration, statement, true);
    } else if (statement.type === "ExportNamedDeclaration") {
      const from = statement.source ? localFile(file, statement.source.value) : file;
      if (from === undefined) passedOn.push(textOf(statement));
      else
        for (const { local, exported: as } of statement.specifiers)
          exported.set(wordOf(as), { file: from, name: wordOf(local) });
    } else if (statement.type.startsWith("Export")) {
      throw new Error(`${file}: ${statement.type} is not followed; export by name`);
    } else keep(statement, statement, false);
  }
  return { declared, mentions, imported, exported, passedOn };
}

/** The file of declarations behind an import of the same package; undefined for other packages. */
function localFile(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return join(dirname(from), specifier.replace(/\.[jt]s$/, ".d.ts"));
}

function namesOf(declaration: Node): readonly string[] {
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []));
  }
  const id = "id" in declaration ? declaration.id : undefined;
  return id?.type === "Identifier" ? [id.name] : [];
}

function wordOf(name: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return name.name ?? String(name.value);
}

function identifiersIn(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const one of node) identifiersIn(one, found);
  else if (typeof node === "object" && node !== null) {
    const { type, name } = node as { readonly type?: unknown; readonly name?: unknown };
    if (type === "Identifier" && typeof name === "string") found.add(name);
    for (const child of Object.values(node)) identifiersIn(child, found);
  }
  return found;
}
