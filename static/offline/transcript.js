// The text of a photo that was read on this device and waits: to be read at once, and corrected until it is sent.

import { counted, inWords } from "../words.js";
import { corrected, pagesIn } from "./lines.js";
import { change } from "./queue.js";

const ROW_CHARS = 40; // Of a field's row on a phone, where browsers do not fit fields themselves.
const LINE_CHARS = 2_000; // As many as the server takes.

/** Return the pages of a form, each as a fold with its lines; `done` is told when a correction ends. @type {(entry: Pick<WaitingPhotos, "n" | "fields">, isOpen: boolean, done: () => unknown) => HTMLElement[]} */
export function transcriptsOf({ n, fields }, isOpen, done) {
  return pagesIn(fields).map((page) => {
    const fold = document.createElement("details");
    fold.className = "transcript";
    fold.open = isOpen || !page.lines.length;
    fold.append(summaryOf(page), ...(page.lines.length ? [linesOf(page), correcting(page, n, done)] : [nothing()]));
    return fold;
  });
}

/** @param {import("./lines.js").ReadPage} page */
function summaryOf({ lines, name }) {
  const made = document.createElement("summary");
  made.textContent = lines.length ? counted("%(num)s line of %(name)s", "%(num)s lines of %(name)s", lines.length, { name }) : inWords("No text on %(name)s", { name });
  return made;
}

function nothing() {
  const made = document.createElement("p");
  made.className = "small";
  made.textContent = inWords("Remove it and take it again, closer and brighter.");
  return made;
}

/** @param {import("./lines.js").ReadPage} page */
function linesOf({ lines }) {
  const list = document.createElement("ol");
  list.append(...lines.map(({ text, isSure }) => {
    const item = document.createElement("li");
    item.dir = "auto";
    item.append(text);
    if (isSure) return item;
    const mark = document.createElement("mark");
    mark.textContent = inWords("check this");
    item.append(" ", mark);
    return item;
  }));
  return list;
}

/** Return the button that turns lines into fields, and back. @type {(page: import("./lines.js").ReadPage, n: number, done: () => unknown) => HTMLElement} */
function correcting(page, n, done) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = inWords("Correct the text");
  made.addEventListener("click", async () => {
    const before = made.previousElementSibling;
    const isOpen = before?.localName === "ol";
    before?.replaceWith(isOpen ? fieldsOf(page, n) : linesOf(page));
    made.textContent = isOpen ? inWords("Done") : inWords("Correct the text");
    made.parentElement?.querySelector("textarea")?.focus();
    await change(n, (entry) => ({ ...entry, held: isOpen ? Date.now() : 0 }));
    if (!isOpen) done();
  });
  return made;
}

/** @type {(page: import("./lines.js").ReadPage, n: number) => HTMLElement} */
function fieldsOf(page, n) {
  const made = document.createElement("div");
  made.append(...page.lines.map((line, place) => field({ n, page: page.at, line, place })));
  return made;
}

/** A line's field: what is typed is kept as soon as it is left. @type {(one: { n: number, page: number, line: import("./lines.js").ReadLine, place: number }) => HTMLTextAreaElement} */
function field({ n, page, line, place }) {
  const made = document.createElement("textarea");
  made.rows = Math.ceil(line.text.length / ROW_CHARS) || 1;
  made.maxLength = LINE_CHARS;
  made.dir = "auto";
  made.value = line.text;
  made.setAttribute("aria-label", inWords("Line %(n)s", { n: place + 1 }));
  made.addEventListener("change", async () => {
    Object.assign(line, { text: made.value.replaceAll(/\s+/gu, " ").trim(), isSure: true });
    const isKept = await change(n, (entry) => ({ ...entry, held: Date.now(), fields: corrected(entry.fields, page, line.n, line.text) }));
    if (!isKept) made.after(inWords("It has been sent meanwhile: correct it in its pack."));
  });
  return made;
}
