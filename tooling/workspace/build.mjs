import { capture, giveUp } from "./command.mjs";
import { startStep } from "./steps.mjs";

/** A package that turbo begins to build. Those that it has built before are not begun. */
const begun = /^(\S{1,100}):build: cache miss/;

/** Builds every package whose sources changed, and shows which. Ends the process when one does not compile. */
export async function build() {
  /** @type {ReturnType<typeof startStep> | undefined} */
  let step;
  let count = 0;
  const { ok, output } = await capture("turbo", ["run", "build", "--output-logs=new-only"], {
    onLine(line) {
      const [, name] = begun.exec(line) ?? [];
      if (name === undefined) return;
      count += 1;
      step ??= startStep("Building");
      step.at(name);
    },
  });
  if (!ok) giveUp("The build failed.", output);
  step?.end(count === 1 ? "1 package" : `${count} packages`);
}
