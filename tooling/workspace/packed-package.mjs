/**
 * @typedef {{ name: string, exports?: unknown, bin?: unknown, dependencies?: Readonly<Record<string, string>>,
 *   optionalDependencies?: Readonly<Record<string, string>>, peerDependencies?: Readonly<Record<string, string>>,
 *   [field: string]: unknown,
 * }} Manifest
 */

const required = ["LICENSE", "README.md", "package.json"];

/**
 * Whether a condition is named anywhere in an `exports` value.
 * @param {unknown} value
 * @param {string} condition
 * @returns {boolean}
 */
function namesCondition(value, condition) {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key === condition || namesCondition(inner, condition));
}

/** @param {string} file */
function isSource(file) {
  return file.startsWith("src/") || /\.test\./.test(file) || (/\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file));
}

/**
 * What is wrong with a package as packed, beyond what publint and attw look at.
 * @param {readonly string[]} files paths inside the package
 * @param {Manifest} manifest the packed package.json
 * @returns {readonly string[]} one sentence each
 */
export function packingProblems(files, manifest) {
  const text = JSON.stringify(manifest);
  return [
    ...required.filter((name) => !files.includes(name)).map((name) => `${name} is missing.`),
    ...files.filter(isSource).map((file) => `${file} is a source or a test and should not be published.`),
    ...(namesCondition(manifest.exports, "massgen-source")
      ? ['"exports" still has a "massgen-source" condition; publishConfig.exports must leave it out.']
      : []),
    ...["workspace:", "catalog:"]
      .filter((protocol) => text.includes(`"${protocol}`))
      .map((protocol) => `package.json still has a "${protocol}" version, which only this workspace can resolve.`),
  ];
}

/**
 * What a packed file imports, as code or as types, without its package depending on it: whoever installs the package
 * does not have it.
 * @param {string} path inside the package
 * @param {string} text
 * @param {Manifest} manifest the packed package.json
 * @returns {readonly string[]} one sentence each
 */
export function importProblems(path, text, manifest) {
  const known = new Set([
    manifest.name,
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.optionalDependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);
  const imported = text.matchAll(/\b(?:from|import)[ (]*["'](@[\w.-]+\/[\w.-]+|[\w.-]+)(?:\/[^"']*)?["']/g);
  const names = new Set(Array.from(imported, ([, name = ""]) => name));
  const unknown = [...names].filter((name) => /^[@a-z]/.test(name) && !known.has(name));
  return unknown.map((name) => `${path} imports ${name}, which is no dependency.`);
}
