// A dialog that turns and cuts one picture. Four edges, each a slider: by finger, mouse and arrow keys.

import { around, every, need } from "../dom.js";
import { inWords } from "../words.js";
import { edgesNear, isUpright, moved, placeAfter, turned } from "./edges.js";
import { UNTOUCHED, WHOLE, draw } from "./shrink.js";

const PREVIEW_PX = 1200;
const dialog = need(HTMLDialogElement, "#crop");
const stage = need(HTMLElement, ".stage", dialog);
const canvas = need(HTMLCanvasElement, "canvas", dialog);
const shade = need(SVGPathElement, "path", dialog);
const told = need(HTMLElement, "[role=status]", dialog);
const handles = new Map(every(HTMLElement, "[role=slider]", dialog).map((item) => [edgeOf(item), item]));

/** @type {ImageBitmap | null} */
let picture = null;
/** @type {Edit} */
let edit = UNTOUCHED;
/** @type {Edge[]} */
let held = []; // The edges that the finger moves: one, or two at a corner.

/** @param {HTMLElement} handle */
function edgeOf(handle) {
  return /** @type {Edge} */ (handle.dataset.edge);
}

/** Show the dialog; return the new edit, or null when the student went back. @type {(opened: ImageBitmap, name: string, before: Edit) => Promise<Edit | null>} */
export function editPicture(opened, name, before) {
  picture = opened;
  need(HTMLElement, "h2", dialog).textContent = inWords("Turn and crop %(name)s", { name });
  told.textContent = "";
  change(before, true);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "done" ? edit : null), { once: true });
  });
}

/** @param {Edit} next */
function change(next, isFresh = false) {
  const isTurned = isFresh || next.turns !== edit.turns;
  edit = next;
  if (isTurned && picture) draw(picture, PREVIEW_PX, { turns: edit.turns, crop: WHOLE }, canvas);
  stage.style.setProperty("--aspect", String(canvas.width / canvas.height));
  showCrop();
}

function showCrop() {
  const { crop } = edit;
  const { left, top, right, bottom } = crop;
  shade.setAttribute("d", `M0 0H1V1H0ZM${left} ${top}V${bottom}H${right}V${top}Z`);
  for (const [edge, handle] of handles) {
    const upright = isUpright(edge);
    handle.style.left = `${100 * (upright ? crop[edge] : (left + right) / 2)}%`;
    handle.style.top = `${100 * (upright ? (top + bottom) / 2 : crop[edge])}%`;
    const percent = Math.round(100 * crop[edge]);
    handle.setAttribute("aria-valuenow", String(percent));
    const values = { percent };
    const told = upright ? inWords("%(percent)s %% from the left", values) : inWords("%(percent)s %% from the top", values);
    handle.setAttribute("aria-valuetext", told);
  }
}

/** @param {boolean} clockwise */
function turn(clockwise) {
  change(turned(edit, clockwise));
  told.textContent = clockwise ? inWords("Turned right.") : inWords("Turned left.");
}

/** @type {(edge: Edge, place: number) => void} */
function move(edge, place) {
  change({ ...edit, crop: moved(edit.crop, edge, place) });
}

function reset() {
  change(UNTOUCHED);
  told.textContent = inWords("Back to the whole photo.");
}

/** @type {Readonly<Record<string, () => void>>} */
const acts = { left: () => turn(false), right: () => turn(true), reset };
for (const button of every(HTMLElement, "[data-act]", dialog)) {
  button.addEventListener("click", () => acts[button.dataset.act ?? ""]?.());
}

for (const [edge, handle] of handles) {
  handle.addEventListener("keydown", (event) => {
    const place = placeAfter(event.key, edit.crop[edge]);
    if (place === undefined) return;
    event.preventDefault();
    move(edge, place);
  });
}

/** @param {PointerEvent} event */
function position({ clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { x: (clientX - left) / width, y: (clientY - top) / height, width, height };
}

stage.addEventListener("pointerdown", (event) => {
  // A handle moves its own edge; elsewhere the nearest edges within reach, so that a corner moves two.
  const own = around(event, "[data-edge]");
  const point = position(event);
  held = own ? [edgeOf(own)] : edgesNear(edit.crop, point, point);
  const [first] = held;
  if (!first) return;
  event.preventDefault();
  // Not in TypeScript's list yet: without a ring, since a finger shows where it is.
  handles.get(first)?.focus(/** @type {FocusOptions} */ ({ focusVisible: false }));
  stage.setPointerCapture(event.pointerId);
});
stage.addEventListener("pointermove", (event) => {
  const { x, y } = position(event);
  for (const edge of held) move(edge, isUpright(edge) ? x : y);
});
for (const name of ["pointerup", "pointercancel"]) {
  stage.addEventListener(name, () => {
    held = [];
  });
}
