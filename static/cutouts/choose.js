// An area drawn over a picture: with a finger or the mouse; the four fields say the same, and can be typed.

import { every, maybe, need } from "../dom.js";
import { areaBetween, shadeAround } from "./areas.js";
import { hand, keptFor } from "./source.js";

const NAMES = ["left", "top", "right", "bottom"];

/** @param {HTMLElement} table */
function draw(table) {
  const form = maybe(HTMLFormElement, "[data-card]") ?? need(HTMLFormElement, "[data-source]");
  const fields = NAMES.map((name) => need(HTMLInputElement, `[name=${name}]`, form));
  const path = need(SVGPathElement, ".shade path", table);
  const cover = maybe(HTMLInputElement, "[name=hide]", form);
  /** @type {Point | null} */
  let from = null;

  function show() {
    const [left = 0, top = 0, right = 0, bottom = 0] = fields.map((field) => Number(field.value));
    path.setAttribute("d", shadeAround([left, top, right, bottom]));
    table.classList.toggle("covering", Boolean(cover?.checked));
  }

  /** @param {PointerEvent} event */
  function place({ clientX, clientY }) {
    const { left, top, width, height } = table.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }

  table.addEventListener("pointerdown", (event) => {
    if (cover && !cover.checked) return;
    event.preventDefault();
    from = place(event);
    table.setPointerCapture(event.pointerId);
  });
  table.addEventListener("pointermove", (event) => {
    const area = from && areaBetween(from, place(event));
    if (!area) return;
    fields.forEach((field, n) => {
      field.value = String(area[n]);
    });
    show();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    table.addEventListener(name, () => {
      from = null;
    });
  }
  for (const field of fields) field.addEventListener("input", show);
  cover?.addEventListener("change", show);
  show();
}

/** Show the picture that this browser keeps, and send it; or the one that is chosen. @param {HTMLFormElement} form */
async function bring(form) {
  const table = maybe(HTMLElement, ".table", form);
  if (!table) return;
  const picture = need(HTMLImageElement, "img", table);
  const chosen = need(HTMLInputElement, "input[type=file]", form);
  /** @param {Blob} blob */
  const show = (blob) => {
    picture.src = URL.createObjectURL(blob);
    table.hidden = false;
  };
  chosen.addEventListener("change", () => {
    const [file] = chosen.files ?? [];
    if (file) show(file);
  });
  const kept = await keptFor(form);
  if (!kept) return;
  hand(form, kept);
  show(kept);
  const asking = maybe(HTMLElement, "[data-file]", form);
  if (asking) asking.hidden = true;
}

for (const table of every(HTMLElement, "[data-area]")) draw(table);
for (const form of every(HTMLFormElement, "form[data-source]")) await bring(form);
