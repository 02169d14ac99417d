import { render } from "preact";
import { takeKeyFromAddress } from "./server/key-store.ts";
import { mountOf } from "./server/mount.ts";
import { Console } from "./views/shell/console.tsx";
import "./style/all.css";

takeKeyFromAddress();
// A start link in a tab that is open already.
addEventListener("hashchange", () => {
  if (!location.hash.startsWith("#key=")) return;
  takeKeyFromAddress();
  location.reload();
});
// Its address is relative, and browsers look for it again from the address of each view.
for (const icon of document.querySelectorAll<HTMLLinkElement>("link[rel=icon]")) icon.href = new URL(icon.href).href;
const page = document.getElementById("page");
if (page !== null) {
  page.replaceChildren();
  render(<Console mount={mountOf(import.meta.url)} />, page);
}
