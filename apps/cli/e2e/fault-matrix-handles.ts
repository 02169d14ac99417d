// Loaded into the massgen under test: says on SIGUSR2 what keeps it alive, as a line of JSON on stdout.
import process from "node:process";

process.on("SIGUSR2", () => {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  process.stdout.write(`alive by ${JSON.stringify(Object.fromEntries(counts))}\n`);
});
