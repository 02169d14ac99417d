/** How long what lasts may say nothing, in milliseconds, where lines cannot be written over. */
const silenceMs = 10_000;

/**
 * Shows on stderr what is being done: a line that is written over on a terminal; elsewhere a new one now and then.
 * @param {string} title such as `Building`
 * @param {{ stream?: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">, now?: () => number }} surroundings
 */
export function startStep(title, { stream = process.stderr, now = performance.now.bind(performance) } = {}) {
  const began = now();
  let shownAt = began;
  const seconds = () => `${((now() - began) / 1000).toFixed(0)} s`;
  stream.write(`${title}...${stream.isTTY ? "" : "\n"}`);
  return {
    /** @param {string} detail one line: what it is at */
    at(detail) {
      if (stream.isTTY) {
        const line = `${title}: ${detail} (${seconds()})`.slice(0, (stream.columns ?? 80) - 1);
        stream.write(`\r\u001b[2K${line}`);
      } else if (now() - shownAt >= silenceMs) {
        shownAt = now();
        stream.write(`  ${detail} (${seconds()})\n`);
      }
    },
    /** @param {string} result such as `installed` */
    end(result) {
      stream.write(`${stream.isTTY ? "\r\u001b[2K" : ""}${title}: ${result} in ${seconds()}.\n`);
    },
  };
}
