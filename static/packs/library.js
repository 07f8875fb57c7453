// Selecting packs: the heading counts them, buttons wait for enough of them, one button selects all of a page.

import { every, maybe, need } from "../dom.js";
import { counted, inWords } from "../words.js";

/** @param {HTMLFormElement} form */
function watch(form) {
  const heading = need(HTMLHeadingElement, "h1", form);
  const all = need(HTMLButtonElement, ".all", form);
  const boxes = every(HTMLInputElement, "[name=pack]", form);
  const whole = maybe(HTMLInputElement, "[name=every]", form);
  const buttons = every(HTMLButtonElement, ".bulk button", form);
  const update = () => {
    const chosen = whole?.checked ? Number(whole.value) : boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.disabled = whole?.checked ?? false; // What the list says needs no names.
    heading.textContent = chosen ? counted("%(num)s selected", "%(num)s selected", chosen) : inWords("Select packs");
    all.textContent = chosen === boxes.length ? inWords("Select none") : inWords("Select all");
    all.disabled = whole?.checked ?? false;
    for (const button of buttons)
      button.disabled = chosen < Number(button.dataset.least ?? 1) || chosen > Number(button.dataset.most ?? chosen);
  };
  all.addEventListener("click", () => {
    const isWhole = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !isWhole;
    update();
  });
  whole?.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
  });
  all.hidden = boxes.length < 2;
  form.addEventListener("change", update);
  window.addEventListener("pageshow", update); // The browser may have kept ticks of an earlier visit.
  update();
}

const form = maybe(HTMLFormElement, "form.choosing");
if (form) watch(form);
