// The settings: a look is there as soon as it is chosen, without the button.

import { need, post } from "./dom.js";

const form = need(HTMLFormElement, "#look");
const root = document.documentElement;
need(HTMLButtonElement, "button", form).hidden = true;

form.addEventListener("change", () => {
  const chosen = new FormData(form);
  for (const name of ["theme", "contrast", "font"]) {
    const value = String(chosen.get(name));
    if (value === "system") delete root.dataset[name];
    else root.dataset[name] = value;
  }
  // Kept for the next page. When that fails, this page shows the look, and the next one the old.
  post(form.action, new URLSearchParams([...chosen].map(([name, value]) => [name, String(value)])), { "HX-Request": "true" }).catch(() => {});
});
