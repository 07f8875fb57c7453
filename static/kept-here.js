// Before a device is signed out: what this browser alone keeps, and would be lost with it.

import { all } from "./packs/pictures.js";
import { counted } from "./words.js";

const told = /** @type {HTMLElement | null} */ (document.querySelector("[data-kept-here]"));
try {
  const pictures = await all();
  if (told && pictures.length) {
    told.textContent = counted(
      "This browser alone keeps the picture of %(num)s page: it goes. The packs stay.",
      "This browser alone keeps the pictures of %(num)s pages: they go. The packs stay.",
      pictures.length,
    );
    told.hidden = false;
  }
} catch {
  // A browser that keeps nothing has nothing to lose.
}
