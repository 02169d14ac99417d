const hook = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from "node:module";
registerHooks({
  resolve(name, context, next) {
    if (name !== "@massgen/console") return next(name, context);
    const error = new Error("Cannot find package '@massgen/console' imported from " + context.parentURL);
    throw Object.assign(error, { code: "ERR_MODULE_NOT_FOUND" });
  },
});`)}`;

/** The environment of a process in which Node finds no `@massgen/console`, as where it is not installed. */
export const withoutConsole = { NODE_OPTIONS: `--import "${hook}"` };
