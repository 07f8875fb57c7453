// One label: its line in the list, which is sent, and its box over the picture.

import { every, maybe, need } from "../dom.js";
import { boxFrom } from "../packs/places.js";
import { inWords } from "../words.js";
import { textOf } from "./boxes.js";

/** `at`: where it stood when the page came. @typedef {{ key: string, box: Crop, at: Crop, item: HTMLLIElement, button: HTMLButtonElement }} Label */

/** @param {Label} label */
export const pick = (label) => need(HTMLInputElement, "[name=pick]", label.item);

/** @type {(button: HTMLElement, box: Crop) => void} */
export function place(button, { left, top, right, bottom }) {
  const sides = { left, top, width: right - left, height: bottom - top };
  for (const [side, share] of Object.entries(sides)) button.style.setProperty(side, `${100 * share}%`);
}

/** Draw the label as it is, and let the form send its box when that is not what the server knows. @type {(label: Label, number: number) => void} */
export function draw(label, number) {
  const { button, item, key, box } = label;
  place(button, box);
  button.setAttribute("aria-pressed", String(pick(label).checked));
  const word = need(HTMLInputElement, "[type=text]", item).value;
  button.setAttribute("aria-label", word || inWords("Label %(n)s", { n: number }));
  const isMoved = textOf(box) !== textOf(label.at) || key.startsWith("d") || "moved" in item.dataset;
  const field = maybe(HTMLInputElement, "[type=hidden]", item);
  if (!isMoved) field?.remove();
  else (field ?? item.appendChild(hiddenFor(key))).value = textOf(box);
}

/** @param {string} key */
function hiddenFor(key) {
  return Object.assign(document.createElement("input"), { type: "hidden", name: `box-${key}` });
}

/** Return the label of a line of the list, with a box of its own on the stage. @type {(item: HTMLLIElement, stage: HTMLElement) => Label} */
export function labelFrom(item, stage) {
  const { key = "", box: numbers = "" } = item.dataset;
  const box = boxFrom(numbers);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "hide";
  button.dataset.key = key;
  button.setAttribute("aria-describedby", "keys");
  button.append(Object.assign(document.createElement("span"), { className: "grip" }));
  stage.append(button);
  return { key, box, at: box, item, button };
}

/** Return a fresh line of the list for a box that was drawn. @type {(template: HTMLTemplateElement, key: string, n: number, box: Crop) => HTMLLIElement} */
export function itemFrom(template, key, n, box) {
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const item = need(HTMLLIElement, "li", copy);
  Object.assign(item.dataset, { key, box: textOf(box) });
  const [check, text] = every(HTMLInputElement, "input", item);
  Object.assign(check ?? {}, { value: key, checked: true });
  Object.assign(text ?? {}, { name: `word-${key}` });
  need(HTMLElement, ".n", item).textContent = String(n);
  need(HTMLElement, ".unseen", item).textContent = inWords("Hide label %(n)s", { n });
  text?.setAttribute("aria-label", inWords("What label %(n)s says", { n }));
  return item;
}
