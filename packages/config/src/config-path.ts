/**
 * Where a value stands in a configuration: the keys and list positions that lead to it. The top level is the empty
 * path.
 */
export type ConfigPath = readonly (string | number)[];

const plainKey = /^[A-Za-z_$][\w$-]{0,63}$/;

/**
 * A path as people write it: `agents[0].backend.model`. A key that does not look like one is quoted, and only its
 * beginning is shown: with the blank after a colon forgotten, `api_key:sk-...` is a key.
 */
export function pathText(path: ConfigPath): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (!plainKey.test(part)) text += `[${JSON.stringify(keyStart(part))}]`;
    else text += text === "" ? part : `.${part}`;
  }
  return text;
}

/** A path as the key of a map: unlike {@link pathText}, different for every two paths. */
export function pathKey(path: ConfigPath): string {
  return JSON.stringify(path);
}

function keyStart(key: string): string {
  const start = /^[^\s:]{0,24}/.exec(key)?.[0] ?? "";
  return start.length < key.length ? `${start}...` : start;
}
