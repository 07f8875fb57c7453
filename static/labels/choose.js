// Labels of a picture: tapped to hide them, drawn, moved and resized; each stands in the list, too, and is sent from it.

import { around, every, maybe, need } from "../dom.js";
import { keptFor } from "../cutouts/source.js";
import { counted } from "../words.js";
import { MIDDLE, between, moved, resized, stepOf } from "./boxes.js";
import { draw, itemFrom, labelFrom, pick, place } from "./label.js";

/** @typedef {import("./label.js").Label} Label */
/** @typedef {{ label: Label, from: Point, box: Crop, isSize: boolean, isMoved: boolean }} Held */

const STEP = 0.005; // Of the picture, for an arrow key.
const FAR = 0.006; // A finger that moved less has tapped.
const ZOOMS = [1, 1.5, 2, 3];
const form = need(HTMLFormElement, "[data-labels]");
const stage = need(HTMLElement, "[data-stage]", form);
const list = need(HTMLElement, "[data-list]", form);
const tools = need(HTMLElement, "[data-tools]", form);
const drawing = need(HTMLButtonElement, "[data-draw]", form);
const undoing = need(HTMLButtonElement, "[data-undo]", form);
const told = need(HTMLElement, "[data-told]", form);
/** @type {Map<string, Label>} */
const labels = new Map();
/** What undoes each change, the last one last. @type {(() => void)[]} */
const undos = [];
/** @type {Held | null} */
let held = null;
/** @type {{ from: Point, button: HTMLElement, box: Crop | null } | null} */
let drawn = null;
let zoom = 0;
let wasDragged = false; // The click after a drag is none.

function tell() {
  const number = [...labels.values()].filter((label) => pick(label).checked).length;
  told.textContent = counted("%(num)s label is hidden.", "%(num)s labels are hidden.", number);
}

/** @param {HTMLLIElement} item */
function take(item) {
  const label = labelFrom(item, stage);
  labels.set(label.key, label);
  show(label);
  return label;
}

/** @param {Label} label */
function show(label) {
  draw(label, [...labels.keys()].indexOf(label.key) + 1);
}

// ---- Changes, each with its way back -------------------------------------------------------------

/** @param {() => void} undo */
function remember(undo) {
  undos.push(undo);
  undoing.disabled = false;
}

/** @type {(label: Label, isPicked: boolean) => void} */
function choose(label, isPicked) {
  pick(label).checked = isPicked;
  show(label);
  tell();
}

/** @type {(label: Label, box: Crop) => void} */
function put(label, box) {
  label.box = box;
  show(label);
}

/** @param {Crop} box */
function add(box) {
  const drawnBefore = [...labels.keys()].filter((key) => key.startsWith("d")).map((key) => Number(key.slice(1)));
  const item = itemFrom(need(HTMLTemplateElement, "[data-drawn]", form), `d${1 + Math.max(0, ...drawnBefore)}`, labels.size + 1, box);
  list.append(item);
  const label = take(item);
  remember(() => drop(label));
  hold(label);
  label.button.focus();
  tell();
}

/** @param {Label} label */
function drop({ key, item, button }) {
  item.remove();
  button.remove();
  labels.delete(key);
  tell();
}

/** @param {Label} label */
function toggle(label) {
  const was = pick(label).checked;
  remember(() => choose(label, was));
  choose(label, !was);
  hold(label);
}

/** Let this box alone show its corner. @param {Label} label */
function hold(label) {
  for (const { button } of labels.values()) button.classList.toggle("at", button === label.button && pick(label).checked);
}

/** @param {Event} event */
const labelOf = (event) => labels.get(around(event, ".hide")?.dataset.key ?? "");

// ---- By finger and mouse -------------------------------------------------------------------------

/** @param {PointerEvent} event */
function pointOf({ clientX, clientY }) {
  const { left, top, width, height } = stage.getBoundingClientRect();
  return { x: (clientX - left) / width, y: (clientY - top) / height };
}

stage.addEventListener("pointerdown", (event) => {
  wasDragged = false;
  if (event.button !== 0) return;
  const isDrawing = drawing.getAttribute("aria-pressed") === "true";
  const label = isDrawing ? undefined : labelOf(event);
  if (label) {
    if (!pick(label).checked) return; // A tap; only what is chosen moves.
    held = { label, from: pointOf(event), box: label.box, isSize: Boolean(around(event, ".grip")), isMoved: false };
    stage.setPointerCapture(event.pointerId);
    hold(label);
  } else if (isDrawing || event.pointerType !== "touch") {
    event.preventDefault();
    const button = Object.assign(document.createElement("div"), { className: "hide new" });
    drawn = { from: pointOf(event), button, box: null };
    stage.setPointerCapture(event.pointerId);
  }
});

stage.addEventListener("pointermove", (event) => {
  const to = pointOf(event);
  if (drawn) {
    drawn.box = between(drawn.from, to);
    if (!drawn.box) return;
    if (!drawn.button.isConnected) stage.append(drawn.button);
    place(drawn.button, drawn.box);
  } else if (held) {
    const by = { x: to.x - held.from.x, y: to.y - held.from.y };
    held.isMoved ||= Math.abs(by.x) > FAR || Math.abs(by.y) > FAR;
    if (held.isMoved) put(held.label, (held.isSize ? resized : moved)(held.box, by));
  }
});

for (const name of ["pointerup", "pointercancel"]) {
  stage.addEventListener(name, () => {
    const [box, ended] = [drawn?.box, held];
    drawn?.button.remove();
    drawn = held = null;
    wasDragged = Boolean(box || ended?.isMoved);
    if (ended?.isMoved) remember(() => put(ended.label, ended.box));
    else if (ended && name === "pointerup" && !ended.isSize) {
      toggle(ended.label);
      wasDragged = true; // The pointer was captured: its click, if one comes, is this tap.
    }
    if (box && name === "pointerup") add(box);
  });
}

stage.addEventListener("click", (event) => {
  const label = labelOf(event);
  if (label && !wasDragged) toggle(label);
  wasDragged = false;
});

// ---- By keys and buttons -------------------------------------------------------------------------

stage.addEventListener("keydown", (event) => {
  const [label, by] = [labelOf(event), stepOf(event.key, STEP)];
  wasDragged = false;
  if (!label || !by || !pick(label).checked) return;
  event.preventDefault();
  const { box } = label;
  remember(() => put(label, box));
  put(label, (event.shiftKey ? resized : moved)(box, by));
});
stage.addEventListener("focusin", (event) => {
  const label = labelOf(event);
  if (label) hold(label);
});

drawing.addEventListener("click", ({ detail }) => {
  const isOn = drawing.getAttribute("aria-pressed") !== "true" && detail > 0;
  drawing.setAttribute("aria-pressed", String(isOn));
  stage.classList.toggle("drawing", isOn);
  if (detail === 0) add(MIDDLE); // A key: the box comes to the middle, and arrow keys move it from there.
});
undoing.addEventListener("click", () => {
  undos.pop()?.();
  undoing.disabled = !undos.length;
});
for (const button of every(HTMLButtonElement, "[data-zoom]", tools)) {
  button.addEventListener("click", () => {
    zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom + Number(button.dataset.zoom)));
    stage.style.setProperty("--zoom", String(ZOOMS[zoom]));
    for (const other of every(HTMLButtonElement, "[data-zoom]", tools)) other.disabled = zoom === (Number(other.dataset.zoom) > 0 ? ZOOMS.length - 1 : 0);
  });
}
list.addEventListener("input", (event) => {
  const label = labels.get(around(event, "li")?.dataset.key ?? "");
  if (!label) return;
  if (event.target === pick(label)) {
    const isPicked = pick(label).checked;
    remember(() => choose(label, !isPicked));
    choose(label, isPicked);
  } else show(label);
});

// A dense page has hundreds of lines: only what is chosen is sent.
form.addEventListener("formdata", ({ formData }) => {
  for (const [key, label] of labels) {
    for (const name of pick(label).checked ? [] : [`word-${key}`, `box-${key}`]) formData.delete(name);
  }
});

// ---- The picture ---------------------------------------------------------------------------------

async function start() {
  for (const item of every(HTMLLIElement, "li", list)) take(item);
  need(SVGSVGElement, ".plan", stage).remove();
  const kept = await keptFor(form);
  if (kept) {
    need(HTMLImageElement, "img", stage).src = URL.createObjectURL(kept);
    maybe(HTMLElement, "[data-lost]", form)?.remove();
    stage.hidden = false;
  }
  for (const part of [tools, need(HTMLElement, "#keys", form)]) part.hidden = stage.hidden;
}

await start();
