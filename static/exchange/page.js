// Buttons that copy: a file of ours as text, or a field. Without this script they are not shown.

import { every, maybe, need } from "../dom.js";
import { inWords } from "../words.js";

const SAID_MS = 2000;

/** @param {DOMStringMap} from */
async function textOf({ copyFrom, copy = "" }) {
  if (copyFrom) return need(HTMLInputElement, `#${copyFrom}`).value;
  const answer = await fetch(copy);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
}

/** @param {Promise<string>} text */
async function write(text) {
  if (!window.ClipboardItem) return navigator.clipboard.writeText(await text);
  // Safari copies only what a click promised, before the text has arrived.
  const promised = text.then((found) => new Blob([found], { type: "text/plain" }));
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": promised })]);
}

for (const button of navigator.clipboard ? every(HTMLButtonElement, "[data-copy], [data-copy-from]") : []) {
  const named = button.querySelector("b") ?? button;
  const label = named.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const said = await write(textOf(button.dataset)).then(() => inWords("Copied"), () => inWords("Could not copy"));
    named.textContent = said;
    const announcer = maybe(HTMLElement, "#announcer");
    if (announcer) announcer.textContent = said;
    setTimeout(() => {
      named.textContent = label;
    }, SAID_MS);
  });
}
