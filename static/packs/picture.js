// The pack's page: the student's picture beside the transcript, with the place of the chosen line marked.

import { around, every, need } from "../dom.js";
import { megabytes, turnedBy } from "../upload/shrink.js";
import { counted, inWords } from "../words.js";
import { NotKept, all, find, forget, forgetAll, keep, told } from "./pictures.js";
import { boxFrom, drawBox, scrollTo, stepFrom, whereKept } from "./places.js";

const panel = need(HTMLElement, "[data-pictures]");
/** The figures by their page's number, as it stands in the HTML. */
const figures = new Map(every(HTMLElement, "figure", panel).map((figure) => [figure.dataset.page ?? "", figure]));
const telling = need(HTMLElement, ".telling", panel);
const keeping = need(HTMLDetailsElement, ".keeping", panel);
const forgetButton = need(HTMLButtonElement, "[data-forget]", panel);
const rememberButton = need(HTMLButtonElement, "[data-remember]", panel);
const forgetAllButton = need(HTMLButtonElement, "[data-forget-all]", panel);
const ZOOMS = [1, 1.5, 2, 3, 4];
/** @type {Map<string, Kept>} */
const shown = new Map(); // What this browser has of the pack, by page.
/** @type {Map<string, Kept>} */
const forgotten = new Map(); // The same, until the student leaves the page.
let zoom = 1;
/** @type {string | undefined} */
let turned; // The page that is shown.
/** @type {{ page: string, id: string, box: Crop } | null} */
let marked = null; // The line whose place is marked.

/** @param {string} sentence */
function say(sentence) {
  telling.textContent = sentence;
  telling.hidden = !sentence;
}

async function start() {
  let missing = "";
  for (const [page, figure] of figures) {
    const { sha256 = "" } = figure.dataset;
    try {
      const record = await find(sha256);
      if (record) await show(page, record);
      else missing ||= told(sha256) ?? inWords("The photo is not in this browser: it was sent from another one, or it was forgotten here.");
    } catch (error) {
      if (!(error instanceof NotKept)) throw error;
      missing ||= error.message;
    }
  }
  if (missing && !shown.size && ![...figures.values()].some((figure) => !figure.hidden)) say(missing);
  await refresh();
  // The pictures came in above the line that the address names, and have pushed it away.
  markByAddress()?.scrollIntoView({ block: "center", behavior: "instant" });
}

/** @type {(page: string, kept: Kept) => Promise<void>} */
async function show(page, kept) {
  const figure = figures.get(page);
  if (!figure) return;
  // The page may have been turned to be read; its boxes are of the turned picture.
  const record = await turnedBy(kept, Number(figure.dataset.turned ?? 0));
  const picture = figure.querySelector("img") ?? document.createElement("img");
  picture.alt = figure.dataset.words ?? "";
  [picture.width, picture.height] = [record.width, record.height];
  picture.src = URL.createObjectURL(record.blob);
  need(HTMLElement, ".sheet", figure).prepend(picture);
  figure.hidden = false;
  shown.set(page, kept);
}

/** @param {string} page */
function hide(page) {
  const figure = figures.get(page);
  const picture = figure?.querySelector("img");
  if (!figure || !picture) return;
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
    const picture = need(HTMLImageElement, "img", figure);
    const [width, height] = ["width", "height"].map((side) => Number(picture.getAttribute(side)));
    figure.style.setProperty("--aspect", String(width / height));
  }
  panel.hidden = !there.length && telling.hidden && rememberButton.hidden;
  panel.classList.toggle("empty-handed", !there.length);
  need(HTMLElement, ".zoom", panel).hidden = !there.length;
  forgetButton.hidden = !shown.size;
  keeping.hidden = !there.length;
  const isOnServer = there.some((figure) => figure.dataset.copy);
  need(HTMLElement, "[data-where]", panel).textContent = whereKept(shown.size > 0, isOnServer);
  turnTo(marked && figures.get(marked.page)?.hidden === false ? marked.page : there[0]?.dataset.page);
  await showTotal();
  panel.style.setProperty("--above", `${need(HTMLElement, ".views", panel).offsetTop}px`);
}

async function showTotal() {
  const records = await all().catch(() => /** @type {Kept[]} */ ([]));
  const bytes = records.reduce((sum, record) => sum + record.blob.size, 0);
  const keeps = counted("This browser keeps %(num)s picture, %(size)s.", "This browser keeps %(num)s pictures, %(size)s.", records.length, { size: megabytes(bytes) });
  need(HTMLElement, "[data-total]", panel).textContent = keeps;
  forgetAllButton.textContent = counted("Forget all %(num)s picture", "Forget all %(num)s pictures", records.length);
  need(HTMLElement, ".all-pictures", panel).hidden = records.length <= shown.size;
}

// ---- Which place is marked -----------------------------------------------------------------------

/** Return the line that an event is about: around it, or at the other end of a link. @param {Event} event */
function lineOf(event) {
  const link = around(event, 'a[href*="#line-"]');
  return link instanceof HTMLAnchorElement ? document.getElementById(link.hash.slice(1)) : around(event, ".line");
}

/** @param {HTMLElement | null} line */
function mark(line) {
  if (!line?.dataset.box || line.id === marked?.id) return;
  const { page = "", box: numbers } = line.dataset;
  const box = boxFrom(numbers);
  marked = { page, id: line.id, box };
  for (const other of document.querySelectorAll(".line.marked")) other.classList.remove("marked");
  line.classList.add("marked");
  for (const rect of panel.querySelectorAll("rect")) rect.setAttribute("visibility", "hidden");
  const figure = figures.get(page);
  if (!figure) return;
  drawBox(need(SVGRectElement, "rect", figure), box);
  if (!figure.hidden) turnTo(page);
  bringIntoView();
}

function bringIntoView() {
  const figure = marked && figures.get(marked.page);
  if (!marked || !figure) return;
  const view = need(HTMLElement, ".view", figure);
  const { offsetWidth, offsetHeight } = need(HTMLElement, ".sheet", figure);
  const sheet = { width: offsetWidth, height: offsetHeight };
  view.scrollTo(scrollTo(marked.box, sheet, { width: view.clientWidth, height: view.clientHeight }));
}

/** Mark the line that the address names, and return it. */
function markByAddress() {
  const id = window.location.hash.slice(1);
  const line = id.startsWith("line-") ? document.getElementById(id) : null;
  mark(line);
  return line;
}

// Not mouseover: that one also comes when the page scrolls under a resting mouse.
for (const name of ["mousemove", "focusin", "click"]) {
  document.addEventListener(name, (event) => mark(lineOf(event)));
}
window.addEventListener("hashchange", markByAddress);

// ---- Pages and size ------------------------------------------------------------------------------

/** Show one page; none: all of them, as without scripts. @param {string} [page] */
function turnTo(page) {
  turned = page;
  for (const [number, figure] of figures) figure.classList.toggle("turned-away", number !== page && Boolean(page));
  const pages = visiblePages();
  for (const button of every(HTMLButtonElement, "[data-turn]", panel)) {
    button.disabled = page === (button.dataset.turn === "on" ? pages.at(-1) : pages[0]);
  }
}

function visiblePages() {
  return [...figures.keys()].filter((page) => !figures.get(page)?.hidden);
}

/** @param {number} step */
function scale(step) {
  zoom = stepFrom(ZOOMS, zoom, step) ?? zoom;
  panel.style.setProperty("--zoom", String(zoom));
  need(HTMLButtonElement, "[data-zoom=out]", panel).disabled = zoom === ZOOMS[0];
  need(HTMLButtonElement, "[data-zoom=in]", panel).disabled = zoom === ZOOMS.at(-1);
  for (const view of panel.querySelectorAll(".view")) {
    if (zoom > 1) view.setAttribute("tabindex", "0"); // What scrolls must be reachable by keyboard.
    else view.removeAttribute("tabindex");
  }
  bringIntoView();
}

panel.addEventListener("click", (event) => {
  const { zoom: size, turn } = around(event, "button")?.dataset ?? {};
  if (size) scale(size === "in" ? 1 : -1);
  if (turn) turnTo(stepFrom(visiblePages(), turned, turn === "on" ? 1 : -1));
});

// ---- Forgetting ----------------------------------------------------------------------------------

/** @param {() => Promise<void>} act */
async function honestly(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    say(inWords("This browser did not let the picture go. Clear the data of this site in its settings."));
  }
  await refresh();
}

forgetButton.addEventListener("click", () =>
  honestly(async () => {
    await putAway();
    for (const record of forgotten.values()) await forget(record.sha256);
    rememberButton.hidden = false;
    say(inWords("Forgotten. It can be brought back until you leave this page."));
    rememberButton.focus();
  }),
);

rememberButton.addEventListener("click", () =>
  honestly(async () => {
    for (const [page, record] of forgotten) {
      await keep(record);
      await show(page, record);
    }
    rememberButton.hidden = true;
    say(inWords("It is back."));
    await refresh();
    keeping.open = true;
    forgetButton.focus();
  }),
);

forgetAllButton.addEventListener("click", () =>
  honestly(async () => {
    await forgetAll();
    await putAway();
    forgotten.clear();
    rememberButton.hidden = true;
    say(inWords("All pictures in this browser are forgotten."));
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
