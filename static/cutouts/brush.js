// A brush for what the box gets wrong: what is painted surely belongs to the thing, or surely does not.

import { every, maybe, need } from "../dom.js";
import { inWhole, partAround } from "./areas.js";
import { hand, keptFor } from "./source.js";

/** @typedef {import("./areas.js").Stroke} Stroke */

const LONGEST = 900; // Pixels of the canvas.
const WIDTH = 0.022; // Of the picture's longest side: a fingertip.
const COLOURS = { keep: "rgb(30 160 90 / 60%)", remove: "rgb(200 40 40 / 60%)" };
const panel = need(HTMLDetailsElement, "[data-brush]");
const form = need(HTMLFormElement, "form", panel);
const canvas = need(HTMLCanvasElement, "canvas", form);
const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
const sent = need(HTMLInputElement, "[name=strokes]", form);
const part = partAround(need(HTMLInputElement, "[name=box]", form).value.split(",").map(Number));

/** @type {Stroke[]} */
const strokes = JSON.parse(form.dataset.strokes || "[]");
/** @type {ImageBitmap | null} */
let picture = null;
/** @type {Stroke | null} */
let stroke = null;

async function open() {
  if (picture) return;
  const kept = await keptFor(form);
  if (kept) hand(form, kept);
  const blob = kept ?? (form.dataset.copy ? await (await fetch(form.dataset.copy)).blob() : null);
  if (!blob) {
    panel.hidden = true;
    return;
  }
  picture = await createImageBitmap(blob);
  const [wide, high] = [picture.width * (part.right - part.left), picture.height * (part.bottom - part.top)];
  const scale = Math.min(2, LONGEST / Math.max(wide, high));
  [canvas.width, canvas.height] = [Math.round(wide * scale), Math.round(high * scale)];
  draw();
}

function draw() {
  if (!picture) return;
  const { width, height } = picture;
  const [wide, high] = [width * (part.right - part.left), height * (part.bottom - part.top)];
  pen.drawImage(picture, part.left * width, part.top * height, wide, high, 0, 0, canvas.width, canvas.height);
  pen.lineCap = pen.lineJoin = "round";
  for (const one of strokes) {
    pen.strokeStyle = one.keep ? COLOURS.keep : COLOURS.remove;
    pen.lineWidth = (one.width * Math.max(width, height) * canvas.width) / wide;
    pen.beginPath();
    for (const [x, y] of one.points) {
      pen.lineTo(((x - part.left) * width * canvas.width) / wide, ((y - part.top) * height * canvas.height) / high);
    }
    pen.stroke();
  }
  sent.value = strokes.length ? JSON.stringify(strokes) : "";
}

/** @param {PointerEvent} event */
function place({ clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return inWhole({ x: (clientX - left) / width, y: (clientY - top) / height }, part);
}

canvas.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  const keep = need(HTMLInputElement, "[name=brush]:checked", form).value === "keep";
  const at = place(event);
  stroke = { keep, width: WIDTH, points: [at, at] };
  strokes.push(stroke);
  canvas.setPointerCapture(event.pointerId);
  draw();
});
canvas.addEventListener("pointermove", (event) => {
  if (!stroke) return;
  stroke.points.push(place(event));
  draw();
});
for (const name of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(name, () => {
    stroke = null;
  });
}
maybe(HTMLButtonElement, "[data-undo]", form)?.addEventListener("click", () => {
  strokes.pop();
  draw();
});
form.addEventListener("submit", () => {
  for (const radio of every(HTMLInputElement, "[name=brush]", form)) radio.disabled = true;
});
panel.addEventListener("toggle", () => {
  if (panel.open) void open();
});
