import { Team } from "./team.ts";

// A server's part in these tests: a keeper on the database of the first argument, told what to do by its parent.

const [url = "", places = "64", mostMs = "0", version = "1"] = process.argv.slice(2);
const team = new Team((what) => process.send?.(what), Number(mostMs));
const keeper = await team.keeper(url, Number(places), { version: Number(version) });

process.on("message", (order: { readonly accept?: string; readonly letGo?: true; readonly close?: number }) => {
  if (order.letGo) team.letGo();
  if (order.accept !== undefined) void keeper.accept(team.run(order.accept, Number(version)));
  if (order.close !== undefined) void keeper.close(order.close).then(() => process.disconnect());
});
// Nobody is left to hear of it.
process.on("disconnect", () => process.exit());
process.send?.("up");
