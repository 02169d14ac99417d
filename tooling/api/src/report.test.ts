import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { reportOf } from "./report.ts";

function reportOn(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "massgen-api-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return reportOf(join(folder, "index.d.ts"), folder);
}

it("holds what an entry exports and what that mentions, and nothing else", () => {
  const report = reportOn({
    "index.d.ts": 'export { make as create, type Made } from "./make.ts";\nexport type { Far } from "other";\n',
    "make.d.ts": [
      'import { type Part } from "./part.ts";',
      "/** Made. */",
      "export interface Made {\n    /** In the middle. */\n    readonly part: Part;\n}",
      "export declare function make(): Made;",
      "export declare function make(often: number): Made;",
      "export interface Unseen {\n}",
    ].join("\n"),
    "part.d.ts": "interface Inner {\n}\nexport type Part = Inner | string;\nexport declare const unseen = 1;\n",
  });
  expect(report).toBe(`// exports
Made
make as create
export type { Far } from "other";

// make.d.ts

export interface Made {
    readonly part: Part;
}

export declare function make(): Made;

export declare function make(often: number): Made;

// part.d.ts

interface Inner {
}

export type Part = Inner | string;
`);
});

it("follows a name that is passed on, and its own again", () => {
  const report = reportOn({
    "index.d.ts": 'export { Part } from "./shop.ts";\n',
    "shop.d.ts": 'import { Part } from "./part.ts";\nexport { Part };\n',
    "part.d.ts": "export interface Part {\n    readonly next?: Part;\n}\n",
  });
  expect(report).toContain("// part.d.ts\n\nexport interface Part {");
});

it("says where it cannot follow", () => {
  expect(() => reportOn({ "index.d.ts": 'export * from "./part.ts";\n' })).toThrow("export by name");
  expect(() => reportOn({ "index.d.ts": "export { Gone };\n" })).toThrow("Gone");
});
