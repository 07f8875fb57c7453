// The library: what is done with chosen packs shows only when some are chosen.

import { maybe, need } from "../dom.js";

/** @param {HTMLElement} many */
function watch(many) {
  const actions = need(HTMLElement, ".many", many);
  const legend = need(HTMLElement, "legend", actions);
  const merge = need(HTMLButtonElement, "[value=merge]", actions);
  const update = () => {
    const chosen = many.querySelectorAll("[name=pack]:checked").length;
    actions.hidden = chosen === 0;
    merge.disabled = chosen < 2;
    legend.textContent = chosen === 1 ? "With the chosen pack" : `With the ${chosen} chosen packs`;
  };
  many.addEventListener("change", update);
  window.addEventListener("pageshow", update);
  update();
}

const many = maybe(HTMLElement, "#many");
if (many) watch(many);
