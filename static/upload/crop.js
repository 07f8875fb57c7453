// A dialog that turns and cuts one picture. Four edges, each a slider: by finger, mouse and arrow keys.

import { UNTOUCHED, WHOLE, draw } from "./shrink.js";

const dialog = document.getElementById("crop");
const stage = dialog.querySelector(".stage");
const canvas = dialog.querySelector("canvas");
const shade = dialog.querySelector("path");
const told = dialog.querySelector("[role=status]");
const handles = new Map([...dialog.querySelectorAll("[role=slider]")].map((item) => [item.dataset.edge, item]));
const PREVIEW_PX = 1200;
const LEAST = 0.1; // What stays of each side, at least: less is a slip of the finger.
const STEP = 0.01;
const LARGE_STEP = 0.1;
const REACH_PX = 30; // How far from an edge a finger still holds it: more than half of 44 px.
const OPPOSITE = { left: "right", right: "left", top: "bottom", bottom: "top" };

let picture = null;
let edit = UNTOUCHED;
let held = []; // The edges that the finger moves: one, or two at a corner.

// Show the dialog; return the new edit, or null when the student went back.
export function editPicture(opened, name, before) {
  picture = opened;
  dialog.querySelector("h2").textContent = `Turn and crop ${name}`;
  told.textContent = "";
  change(before, true);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "done" ? edit : null), { once: true });
  });
}

function change(next, fresh = false) {
  const turned = fresh || next.turns !== edit.turns;
  edit = next;
  if (turned) draw(picture, PREVIEW_PX, { turns: edit.turns, crop: WHOLE }, canvas);
  stage.style.setProperty("--aspect", canvas.width / canvas.height);
  showCrop();
}

function showCrop() {
  const { left, top, right, bottom } = edit.crop;
  shade.setAttribute("d", `M0 0H1V1H0ZM${left} ${top}V${bottom}H${right}V${top}Z`);
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  for (const [edge, handle] of handles) {
    const upright = edge === "left" || edge === "right";
    handle.style.left = `${100 * (upright ? edit.crop[edge] : middle.x)}%`;
    handle.style.top = `${100 * (upright ? middle.y : edit.crop[edge])}%`;
    const percent = Math.round(100 * edit.crop[edge]);
    handle.setAttribute("aria-valuenow", percent);
    handle.setAttribute("aria-valuetext", `${percent} % from the ${upright ? "left" : "top"}`);
  }
}

function turn(clockwise) {
  const { left, top, right, bottom } = edit.crop;
  const crop = clockwise
    ? { left: 1 - bottom, top: left, right: 1 - top, bottom: right }
    : { left: top, top: 1 - right, right: bottom, bottom: 1 - left };
  change({ turns: (edit.turns + (clockwise ? 1 : 3)) % 4, crop });
  told.textContent = `Turned ${clockwise ? "right" : "left"}.`;
}

function move(edge, place) {
  const limit = edit.crop[OPPOSITE[edge]];
  const [least, most] = edge === "left" || edge === "top" ? [0, limit - LEAST] : [limit + LEAST, 1];
  const kept = Math.min(most, Math.max(least, Math.round(place * 1000) / 1000));
  change({ ...edit, crop: { ...edit.crop, [edge]: kept } });
}

const acts = {
  left: () => turn(false),
  right: () => turn(true),
  reset: () => {
    change(UNTOUCHED);
    told.textContent = "Back to the whole photo.";
  },
};
for (const button of dialog.querySelectorAll("[data-act]")) {
  button.addEventListener("click", () => acts[button.dataset.act]());
}

for (const [edge, handle] of handles) {
  handle.addEventListener("keydown", (event) => {
    const place = edit.crop[edge];
    const steps = {
      ArrowLeft: place - STEP, ArrowUp: place - STEP, ArrowRight: place + STEP, ArrowDown: place + STEP,
      PageUp: place - LARGE_STEP, PageDown: place + LARGE_STEP, Home: 0, End: 1,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    move(edge, steps[event.key]);
  });
}

function position(event) {
  const box = canvas.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height, box };
}

// A handle moves its own edge; elsewhere the nearest edges within reach, so that a corner moves two.
function edgesAt(event) {
  const own = event.target.closest("[data-edge]")?.dataset.edge;
  if (own) return [own];
  const { x, y, box } = position(event);
  const nearest = (one, other, place, size) => {
    const edge = Math.abs(edit.crop[one] - place) < Math.abs(edit.crop[other] - place) ? one : other;
    return Math.abs(edit.crop[edge] - place) * size <= REACH_PX ? [edge] : [];
  };
  return [...nearest("left", "right", x, box.width), ...nearest("top", "bottom", y, box.height)];
}

stage.addEventListener("pointerdown", (event) => {
  held = edgesAt(event);
  if (!held.length) return;
  event.preventDefault();
  handles.get(held[0]).focus({ focusVisible: false });
  stage.setPointerCapture(event.pointerId);
});
stage.addEventListener("pointermove", (event) => {
  const { x, y } = position(event);
  for (const edge of held) move(edge, edge === "left" || edge === "right" ? x : y);
});
for (const name of ["pointerup", "pointercancel"]) {
  stage.addEventListener(name, () => {
    held = [];
  });
}
