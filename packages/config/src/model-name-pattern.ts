/**
 * Whether a model name matches a pattern, in which `*` stands for any characters, or none. Compares whole names, and
 * upper and lower case differ. Takes each part between stars at its first place, so it never goes back over the name:
 * at most one comparison for each of its characters and each of the pattern's.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return name === pattern;
  if (name.length < start.length + end.length || !name.startsWith(start) || !name.endsWith(end)) return false;
  const last = name.length - end.length;
  let at = start.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > last) return false;
    at = found + part.length;
  }
  return true;
}
