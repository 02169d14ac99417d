import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesLeftOut, pageFile, templateFiles, templateFolder, upToDate } from "./authoring-page.mjs";
import { build } from "./build.mjs";
import { capture, root } from "./command.mjs";
import { packAll } from "./tarball.mjs";

// npm run provider-template: what AUTHORING.md promises, done. The template as a stranger's package, with an install of
// its own from the packed packages: built, its tests with the conformance kit run, packed, and used by an installed
// massgen. UPDATE_AUTHORING=1 writes the template's files into the page instead.

/**
 * @param {string} what for the message
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<string>} what it printed
 */
async function must(what, command, args, cwd) {
  const { ok, output } = await capture(command, args, { cwd });
  if (!ok) throw new Error(`${what}\n${output.trimEnd()}`);
  return output;
}

function checkPage() {
  const page = readFileSync(pageFile, "utf8");
  const leftOut = filesLeftOut(page);
  if (leftOut.length > 0) throw new Error(`AUTHORING.md does not show ${leftOut.join(", ")} of the template.`);
  if (upToDate(page) !== page) {
    throw new Error(
      "AUTHORING.md shows other code than the template has: run UPDATE_AUTHORING=1 npm run provider-template",
    );
  }
}

/** The template asks for the versions that this workspace would publish. */
function checkVersions() {
  const { dependencies } = JSON.parse(readFileSync(join(templateFolder, "package.json"), "utf8"));
  for (const name of ["core", "provider-kit"]) {
    const { version } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    const asked = dependencies[`@massgen/${name}`];
    if (asked !== version) throw new Error(`The template asks for @massgen/${name} ${asked}; this is ${version}.`);
  }
}

/**
 * What `massgen new provider acme` makes is the template, as the packed command line has it.
 * @param {string} command
 * @param {string} folder empty
 */
async function makeAnew(command, folder) {
  await must("massgen new provider fails.", command, ["new", "provider", "acme-two"], folder);
  for (const name of templateFiles()) {
    const made = readFileSync(join(folder, "massgen-provider-acme-two", name), "utf8");
    const back = made
      .replaceAll("massgen-provider-acme-two", "massgen-provider-acme")
      .replaceAll("api.acme-two.example", "api.acme.example")
      .replaceAll("ACME_TWO", "ACME")
      .replaceAll("Acme Two", "Acme")
      .replaceAll(/acmeTwo|acme_two/g, "acme");
    if (back !== readFileSync(join(templateFolder, name), "utf8")) {
      throw new Error(`massgen new provider makes another ${name} than the template has.`);
    }
  }
}

/**
 * The author's part.
 * @param {string} folder empty
 * @param {readonly string[]} tarballs
 * @returns {Promise<string>} the packed provider
 */
async function makeProvider(folder, tarballs) {
  for (const name of templateFiles()) cpSync(join(templateFolder, name), join(folder, name));
  const wanted = tarballs.filter((file) => /massgen-(?:core|provider-kit)\.tgz$/.test(file));
  await must("npm cannot install the template.", "npm", ["install", "--no-audit", "--no-fund", ...wanted], folder);
  await must("The template cannot be built.", "npm", ["run", "build"], folder);
  const report = await must("The template's tests fail.", "npm", ["test"], folder);
  const passed = Number(/^\D*pass (\d+)$/m.exec(report)?.[1]);
  if (!(passed > 50) || !/^\D*skipped 0$/m.test(report)) {
    throw new Error(`The kit did not run as a whole on the template.\n${report.slice(-2000)}`);
  }
  await must("The template cannot be packed.", "npm", ["pack", "--pack-destination", folder], folder);
  const [packed] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  if (packed === undefined) throw new Error("npm pack left nothing behind.");
  return join(folder, packed);
}

/**
 * The user's part.
 * @param {string} folder empty
 * @param {readonly string[]} tarballs
 */
async function useProvider(folder, tarballs) {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
  cpSync(join(templateFolder, "massgen.yaml"), join(folder, "massgen.yaml"));
  writeFileSync(join(folder, ".env"), "ACME_API_KEY=not-a-key\n");
  await must("npm cannot install them.", "npm", ["install", "--no-audit", "--no-fund", ...tarballs], folder);
  const command = join(folder, "node_modules", ".bin", "massgen");
  const report = await must("massgen check refuses the provider.", command, ["check", "massgen.yaml"], folder);
  const expected = "Provider package massgen-provider-acme 0.1.0: acme";
  if (!report.includes(expected)) throw new Error(`massgen check does not say "${expected}":\n${report}`);
  await makeAnew(command, folder);
}

/**
 * @param {string} parent
 * @param {string} name
 */
function emptyFolder(parent, name) {
  const path = join(parent, name);
  mkdirSync(path);
  return path;
}

if (process.env["UPDATE_AUTHORING"] === "1") {
  writeFileSync(pageFile, upToDate(readFileSync(pageFile, "utf8")));
} else {
  const folder = mkdtempSync(join(tmpdir(), "massgen-provider-template-"));
  try {
    checkPage();
    checkVersions();
    await build();
    const tarballs = (await packAll(emptyFolder(folder, "packed"))).map(({ file }) => file);
    const provider = await makeProvider(emptyFolder(folder, "author"), tarballs);
    await useProvider(emptyFolder(folder, "user"), [...tarballs, provider]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
