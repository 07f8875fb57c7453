// The pack's page: the student's picture beside the transcript, with the place of the chosen line marked.

import { NotKept, all, find, forget, forgetAll, keep, told } from "./pictures.js";
import { megabytes } from "../upload/shrink.js";

const panel = document.querySelector("[data-pictures]");
const figures = new Map([...panel.querySelectorAll("figure")].map((figure) => [figure.dataset.page, figure]));
const telling = panel.querySelector(".telling");
const keeping = panel.querySelector(".keeping");
const forgetButton = panel.querySelector("[data-forget]");
const rememberButton = panel.querySelector("[data-remember]");
const ZOOMS = [1, 1.5, 2, 3, 4];
const shown = new Map(); // What this browser has of the pack: its records by page.
let zoom = 0;
let turned = undefined; // The page that is shown.
let marked = null; // The line whose place is marked: { page, id, box }
let forgotten = new Map(); // Records by page, until the student leaves the page.

function say(sentence) {
  telling.textContent = sentence;
  telling.hidden = !sentence;
}

async function start() {
  let missing = "";
  for (const [page, figure] of figures) {
    try {
      const record = await find(figure.dataset.sha256);
      if (record) show(page, record);
      else missing ||= told(figure.dataset.sha256) ?? "The photo is not in this browser: it was sent from another one, or it was forgotten here.";
    } catch (error) {
      if (!(error instanceof NotKept)) throw error;
      missing ||= error.message;
    }
  }
  if (missing && !shown.size && ![...figures.values()].some((figure) => !figure.hidden)) say(missing);
  await refresh();
  markByAddress();
}

function show(page, record) {
  const figure = figures.get(page);
  const picture = figure.querySelector("img") ?? document.createElement("img");
  picture.alt = figure.dataset.words;
  [picture.width, picture.height] = [record.width, record.height];
  picture.src = URL.createObjectURL(record.blob);
  figure.querySelector(".sheet").prepend(picture);
  figure.hidden = false;
  shown.set(page, record);
}

function hide(page) {
  const figure = figures.get(page);
  const picture = figure.querySelector("img");
  URL.revokeObjectURL(picture.src);
  if (figure.dataset.copy) {
    picture.src = figure.dataset.copy;
  } else {
    picture.remove();
    figure.hidden = true;
  }
}

async function refresh() {
  const there = [...figures.values()].filter((figure) => !figure.hidden);
  for (const figure of there) {
    const picture = figure.querySelector("img");
    figure.style.setProperty("--aspect", picture.getAttribute("width") / picture.getAttribute("height"));
  }
  panel.hidden = !there.length && telling.hidden && rememberButton.hidden;
  panel.classList.toggle("empty-handed", !there.length);
  panel.querySelector(".zoom").hidden = !there.length;
  forgetButton.hidden = !shown.size;
  keeping.hidden = !there.length;
  panel.querySelector("[data-where]").textContent = where(there);
  turnTo(figures.get(marked?.page)?.hidden === false ? marked.page : there[0]?.dataset.page);
  await showTotal();
  panel.style.setProperty("--above", `${panel.querySelector(".views").offsetTop}px`);
}

function where(there) {
  const copied = there.some((figure) => figure.dataset.copy);
  if (!shown.size) return "Kept on this server";
  return copied ? "Kept in this browser and on this server" : "Kept in this browser only";
}

async function showTotal() {
  const records = await all().catch(() => []);
  const bytes = records.reduce((sum, record) => sum + record.blob.size, 0);
  const pictures = `${records.length} pictures`;
  panel.querySelector("[data-total]").textContent = `This browser keeps ${pictures}, ${megabytes(bytes)}.`;
  panel.querySelector("[data-forget-all]").textContent = `Forget all ${pictures}`;
  panel.querySelector(".all-pictures").hidden = records.length <= shown.size;
}

// ---- Which place is marked -----------------------------------------------------------------------

function lineOf(target) {
  if (!(target instanceof Element)) return null;
  const link = target.closest('a[href*="#line-"]');
  const line = link ? document.getElementById(link.hash.slice(1)) : target.closest(".line");
  return line?.dataset.box ? line : null;
}

function placeOf(line) {
  const [left, top, right, bottom] = line.dataset.box.split(" ").map(Number);
  return { page: line.dataset.page, id: line.id, box: { left, top, right, bottom } };
}

function mark(line) {
  if (!line || line.id === marked?.id) return;
  marked = placeOf(line);
  for (const other of document.querySelectorAll(".line.marked")) other.classList.remove("marked");
  line.classList.add("marked");
  for (const rect of panel.querySelectorAll("rect")) rect.setAttribute("visibility", "hidden");
  const figure = figures.get(marked.page);
  if (!figure) return;
  const { left, top, right, bottom } = marked.box;
  const rect = figure.querySelector("rect");
  for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) {
    rect.setAttribute(name, value);
  }
  rect.setAttribute("visibility", "visible");
  if (!figure.hidden) turnTo(marked.page);
  bringIntoView();
}

function bringIntoView() {
  const figure = figures.get(marked?.page);
  if (!figure) return;
  const { left, top, right, bottom } = marked.box;
  const view = figure.querySelector(".view");
  const sheet = figure.querySelector(".sheet");
  view.scrollTo({
    left: (sheet.offsetWidth * (left + right) - view.clientWidth) / 2,
    top: (sheet.offsetHeight * (top + bottom) - view.clientHeight) / 2,
  });
}

function markByAddress() {
  const id = window.location.hash.slice(1);
  if (id.startsWith("line-")) mark(lineOf(document.getElementById(id)));
}

// Not mouseover: that one also comes when the page scrolls under a resting mouse.
for (const name of ["mousemove", "focusin", "click"]) {
  document.addEventListener(name, (event) => mark(lineOf(event.target)));
}
window.addEventListener("hashchange", markByAddress);

// ---- Pages and size ------------------------------------------------------------------------------

// Show one page; none: all of them, as without scripts.
function turnTo(page) {
  turned = page;
  for (const [number, figure] of figures) figure.classList.toggle("turned-away", number !== page && Boolean(page));
  const pages = visiblePages();
  for (const button of panel.querySelectorAll("[data-turn]")) {
    button.disabled = page === (button.dataset.turn === "on" ? pages.at(-1) : pages[0]);
  }
}

function visiblePages() {
  return [...figures.keys()].filter((page) => !figures.get(page).hidden);
}

function leaf(step) {
  const pages = visiblePages();
  turnTo(pages[Math.min(pages.length - 1, Math.max(0, pages.indexOf(turned) + step))]);
}

function scale(step) {
  zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom + step));
  panel.style.setProperty("--zoom", ZOOMS[zoom]);
  panel.querySelector("[data-zoom=out]").disabled = zoom === 0;
  panel.querySelector("[data-zoom=in]").disabled = zoom === ZOOMS.length - 1;
  for (const view of panel.querySelectorAll(".view")) {
    if (zoom) view.tabIndex = 0; // What scrolls must be reachable by keyboard.
    else view.removeAttribute("tabindex");
  }
  bringIntoView();
}

panel.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.zoom) scale(button.dataset.zoom === "in" ? 1 : -1);
  if (button?.dataset.turn) leaf(button.dataset.turn === "on" ? 1 : -1);
});

// ---- Forgetting ----------------------------------------------------------------------------------

async function honestly(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    say("This browser did not let the picture go. Clear the data of this site in its settings.");
  }
  await refresh();
}

forgetButton.addEventListener("click", () =>
  honestly(async () => {
    await putAway();
    for (const record of forgotten.values()) await forget(record.sha256);
    rememberButton.hidden = false;
    say("Forgotten. It can be brought back until you leave this page.");
    rememberButton.focus();
  }),
);

rememberButton.addEventListener("click", () =>
  honestly(async () => {
    for (const [page, record] of forgotten) {
      await keep(record);
      show(page, record);
    }
    rememberButton.hidden = true;
    say("It is back.");
    await refresh();
    forgetButton.closest("details").open = true;
    forgetButton.focus();
  }),
);

panel.querySelector("[data-forget-all]").addEventListener("click", () =>
  honestly(async () => {
    await forgetAll();
    await putAway();
    forgotten.clear();
    rememberButton.hidden = true;
    say("All pictures in this browser are forgotten.");
    panel.focus();
  }),
);

async function putAway() {
  for (const [page, record] of shown) {
    // A copy in memory: the database's own file may go with its record.
    const blob = new Blob([await record.blob.arrayBuffer()], { type: record.blob.type });
    forgotten.set(page, { ...record, blob });
    hide(page);
  }
  shown.clear();
}

start();
