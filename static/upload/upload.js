// The form for photos and text: collect from the camera, the picker, a drop, a paste or another page; send with progress.

import { REFUSED, TOKEN, around, at, every, formToken, maybe, need, renewToken } from "../dom.js";
import { newKey } from "../offline/queue.js";
import { askToSend } from "../offline/sign.js";
import { NoStore } from "../offline/store.js";
import { Here, put } from "../reader/choice.js";
import { counted, inWords } from "../words.js";
import { takeOver } from "./handover.js";
import { keepForm, showRead } from "./later.js";
import { Photos } from "./photos.js";
import { knownBefore, prepareToKeep } from "./sent.js";
import { isDocument } from "./sheet.js";

const form = need(HTMLFormElement, "#upload");
const drop = need(HTMLElement, "#drop");
const bar = need(HTMLElement, "#bar");
const count = need(HTMLElement, "#count");
const list = need(HTMLElement, "#chosen");
const notes = need(HTMLTextAreaElement, "[name=text]", form);
const problem = need(HTMLElement, "#problem");
const known = need(HTMLElement, "#known");
const told = need(HTMLElement, "#told");
const send = need(HTMLButtonElement, "#send");
const sendWords = need(HTMLElement, "span", send);
const sent = need(HTMLProgressElement, "#sent");
const state = need(HTMLElement, "#state");
const isGrowing = maybe(HTMLInputElement, "[name=into]", form) !== null; // A pack gets more pages.
const KEEPING_MS = 10_000; // The pack matters more than its picture.
const photos = new Photos(need(HTMLElement, "#photos"), {
  maxBytes: Number(form.dataset.maxBytes),
  maxDocumentBytes: Number(form.dataset.maxDocumentBytes),
  maxPhotos: Number(form.dataset.maxPhotos),
  whiteAt: form.dataset.white ?? "",
  complain,
  say: (sentence) => (told.textContent = sentence),
  maySend: (file) => here.maySend(file),
  changed: () => {
    known.hidden = true;
    show();
  },
});
const here = new Here(form, told, sent);
let sendAnyway = false;

/** Show the form as far as it has got: the camera first, then what was chosen, with Send in reach. */
function show() {
  const pages = photos.chosen.length;
  form.classList.toggle("chosen", pages > 0);
  form.classList.toggle("many", pages > 1);
  form.classList.toggle("typed", notes.value.trim() !== "");
  bar.hidden = list.hidden = pages === 0;
  count.textContent = pages ? counted("%(num)s page chosen", "%(num)s pages chosen", pages) : inWords("New page");
  sendWords.textContent = sendingWords(pages);
  here.suggest(photos.files);
  const kept = maybe(HTMLInputElement, "[name=keep]", form)?.checked ? inWords("a copy on the server") : inWords("photo kept in this browser only");
  state.textContent = `· ${kept}`;
}

/** @param {number} pages */
function sendingWords(pages) {
  if (isGrowing) return inWords("Add to my pack");
  if (photos.files.some(isDocument)) return inWords("Choose pages");
  return pages > 1 ? counted("Send %(num)s page", "Send %(num)s pages", pages) : inWords("Send");
}

form.addEventListener("input", show);
show();

/** @param {string} sentence */
function complain(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
  if (sentence) problem.scrollIntoView({ block: "center" });
}

for (const input of every(HTMLInputElement, "input[type=file]", form)) {
  input.addEventListener("change", async () => {
    const chosen = [...(input.files ?? [])];
    input.value = ""; // The list is what will be sent; the same photo may be chosen again.
    await photos.add(chosen);
  });
}

/** @param {DragEvent} event */
function invite(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  drop.classList.add("over");
}

document.addEventListener("dragenter", invite);
document.addEventListener("dragover", invite);
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  drop.classList.remove("over");
  photos.add([...event.dataTransfer.files]);
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (files.length) {
    event.preventDefault();
    photos.add(files);
    return;
  }
  const text = event.clipboardData?.getData("text/plain");
  if (!text || around(event, "textarea, input[type=text]")) return;
  event.preventDefault();
  notes.value = [notes.value, text].filter(Boolean).join("\n").slice(0, notes.maxLength);
  notes.focus();
  show();
  told.textContent = inWords("Text added.");
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  complain("");
  known.hidden = true;
  await photos.ready;
  if (!photos.chosen.length && !notes.value.trim()) return complain(inWords("Choose a photo, or paste some text."));
  wait(true);
  const before = sendAnyway ? [] : await knownBefore(photos.files, form.dataset.byPhoto ?? "");
  if (before.length) return offer(before);
  sendAnyway = false;
  const pictures = photos.files.filter((file) => !isDocument(file));
  const read = await here.read(photos.files);
  if (read) transmit(collect(read), pictures.length ? prepareToKeep(pictures) : async () => {}, newKey());
  else finish("");
});

/** The student has sent this very photo before: show the pack that it became, and leave the choice. @param {Seen[]} before */
function offer(before) {
  wait(false);
  need(HTMLElement, "ul", known).replaceChildren(...before.map(knownItem));
  known.hidden = false;
  known.focus();
}

/** @param {Seen} seen */
function knownItem({ file, twin, pack }) {
  const item = document.createElement("li");
  const { name } = file;
  item.append(twin ? inWords("%(name)s is the same photo as %(other)s.", { name, other: twin.name }) : `${name}:`, " ");
  if (pack) {
    const link = document.createElement("a");
    link.href = pack.url;
    link.dir = "auto";
    link.textContent = inWords("Open the existing pack “%(title)s”", { title: pack.title });
    item.append(link);
  }
  return item;
}

need(HTMLButtonElement, "button", known).addEventListener("click", () => {
  sendAnyway = true;
  form.requestSubmit();
});

/** @param {import("../reader/choice.js").Read} read */
function collect(read) {
  const data = new FormData(form);
  put(data, read);
  // Without a network the form comes from this browser, and does not know what its address asks for.
  const into = new URLSearchParams(window.location.search).get("pack");
  if (into && !data.has("into")) data.set("into", into);
  return data;
}

/** Send the form; `key` names it, so that it is queued once however often it is sent. @type {(data: FormData, keepPictures: () => Promise<void>, key: string) => void} */
function transmit(data, keepPictures, key) {
  const request = new XMLHttpRequest(); // fetch() does not tell how much has been sent.
  request.open("POST", `${form.action}?wait=0`);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader(TOKEN, formToken());
  request.setRequestHeader("Idempotency-Key", key);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) sent.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", async () => {
    const isStale = request.status === REFUSED && (await renewToken());
    if (isStale) transmit(data, keepPictures, key);
    else answer(request, keepPictures);
  });
  request.addEventListener("error", () => keepForLater(data, keepPictures, key));
  request.send(data);
}

/** There is no network: the form waits here, and is sent later. @type {(data: FormData, keepPictures: () => Promise<void>, key: string) => Promise<void>} */
async function keepForLater(data, keepPictures, key) {
  const entry = await keepForm(data, key).catch((error) => {
    if (!(error instanceof NoStore)) throw error;
    finish(error.isFull ? inWords("There is no network, and this browser has no room left to keep it.") : inWords("The upload was interrupted. Please try again."));
  });
  if (!entry) return;
  await Promise.race([keepPictures(), new Promise((done) => setTimeout(done, KEEPING_MS))]).catch(() => {});
  document.dispatchEvent(new Event("studylens:waiting"));
  await askToSend();
  if (navigator.serviceWorker?.controller) return window.location.assign(at("/offline"));
  finish("");
  send.disabled = true; // Sent once more it would be another one.
  told.textContent = inWords("There is no network. It is kept in this browser and sent later.");
  showRead(need(HTMLElement, "#read"), entry);
}

/** @type {(request: XMLHttpRequest, keepPictures: () => Promise<void>) => Promise<void>} */
async function answer(request, keepPictures) {
  const body = request.response;
  if (request.status >= 300 || !body?.batch) {
    return finish(body?.error?.message ?? inWords("That did not work. Please try again in a moment."));
  }
  // Only now: a photo that the server refused leaves no picture behind.
  try {
    await Promise.race([keepPictures(), new Promise((done) => setTimeout(done, KEEPING_MS))]);
  } finally {
    window.location.assign(at(`/batches/${body.batch}`));
  }
}

/** @param {string} sentence */
function finish(sentence) {
  wait(false);
  complain(sentence);
}

/** @param {boolean} busy */
function wait(busy) {
  send.disabled = busy;
  sent.hidden = !busy;
  sent.value = 0;
  told.textContent = busy ? inWords("Sending…") : "";
}

// Coming back by the browser's button shows the form as it was left; it must work again.
window.addEventListener("pageshow", () => {
  send.disabled = false;
  sent.hidden = true;
  show();
});

// What was taken or chosen on another page, where the camera opened at once.
takeOver().then((files) => {
  if (files.length) photos.add(files);
  else if (new URLSearchParams(window.location.search).has("lost")) complain(inWords("Your browser did not hand the photo over. Please choose it here."));
});
