// Links between the pages lead somewhere: to a file that is there and, where they say so, to a heading in it.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

const pages = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md", "llms.txt"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && !path.startsWith(".changeset/") && existsSync(join(root, path)));

function textOf(path: string): string {
  // Code may look like links and headings.
  return readFileSync(path, "utf8").replaceAll(/^(`{3,})[^]*?^\1/gm, "");
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(path: string): readonly string[] {
  const headings = textOf(path).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

it.each(pages)("%s links to what is there", (page) => {
  const from = join(root, page);
  const links = [...textOf(from).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  const broken = links.filter(([, path = "", anchor]) => {
    const to = path === "" ? from : join(dirname(from), path);
    return !existsSync(to) || (anchor !== undefined && !anchorsOf(to).includes(anchor));
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});
