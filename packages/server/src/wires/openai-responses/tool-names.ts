/** The longest name that every provider accepts. */
const longestTeamName = 64;

/** A tool's name in the team, which every provider accepts: short, without dots. */
export function teamName(name: string, namespace?: string | null): string {
  const whole = typeof namespace === "string" ? `${namespace}__${name}` : name;
  const plain = whole.replaceAll(/[^\w-]/g, "_");
  if (plain.length <= longestTeamName) return plain;
  const mark = `_${markOf(whole)}`;
  return plain.slice(0, longestTeamName - mark.length) + mark;
}

/** Tells long names apart that begin alike: 32 bits of FNV-1a. Names that still collide are refused. */
function markOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
