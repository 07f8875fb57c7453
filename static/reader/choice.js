// "Read on this device" on the form for photos: offered where it can be, and remembered. What it cannot read leaves the
// device after a question alone.

import { isDocument } from "../upload/sheet.js";
import { megabytes } from "../upload/shrink.js";
import { inWords, toSay } from "../words.js";
import { every, maybe, need } from "../dom.js";
import { CannotRead, reasonOf, whyNot } from "./able.js";
import { Offer, noteIn } from "./offer.js";
import { keepPace } from "./pace.js";
import { toldOf } from "./told.js";

const CHOICE = "studylens-read-here";
/** @type {Record<string, string>} */
const WHY = {
  picture: toSay("This browser cannot open %(name)s."),
  files: toSay("What reads photos could not be fetched."),
  worker: toSay("%(name)s could not be read here: the reader stopped."),
  document: toSay("%(name)s is a document: only photos are read here."),
  device: toSay("Photos cannot be read on this device now."),
  white: toSay("%(name)s is made white on the server."),
};

/** What is sent of the chosen files: lines of those that were read here, and the others themselves. @typedef {{ lines: string[], files: File[] }} Read */

/** Put into a form what is sent of its photos. @type {(data: FormData, read: Read) => void} */
export function put(data, { lines, files }) {
  data.delete("image");
  for (const page of lines) data.append("lines", page);
  for (const file of files) data.append("image", file, file.name);
}

/** Return the files that a form carries. @param {FormData} data */
export const filesIn = (data) => data.getAll("image").flatMap((file) => (file instanceof File ? [file] : []));

export class Here {
  #box;
  #question;
  #private;
  /** @type {Offer | null} */
  #offer = null;
  /** @type {HTMLElement} */
  #told;
  /** @type {HTMLProgressElement} */
  #sent;
  /** @type {Promise<unknown>} */
  #asked = Promise.resolve(); // Two questions would share one click.
  /** @type {WeakMap<File, import("./device.js").DevicePage>} */
  #pages = new WeakMap(); // What was read is not read again when the form is sent again.

  /** @param {HTMLFormElement} form @param {HTMLElement} told @param {HTMLProgressElement} sent Where it says how far it is. */
  constructor(form, told, sent) {
    [this.#told, this.#sent] = [told, sent];
    this.#box = maybe(HTMLElement, "#here", form);
    this.#question = maybe(HTMLElement, "#not-here", form);
    this.#private = maybe(HTMLInputElement, "[name=private]", form);
    if (!this.#box || whyNot()) return;
    this.#box.hidden = false;
    const note = noteIn(form);
    if (note) this.#offer = new Offer(note, { take: () => this.#take(), toFetch: () => this.#toFetch() });
    this.#follow();
    this.#private?.addEventListener("change", () => this.#follow());
    this.#switch?.addEventListener("change", () => {
      remember(this.#switch?.checked ? "1" : "0");
      this.#tell();
    });
  }

  get #switch() {
    return this.#box && !this.#box.hidden ? maybe(HTMLInputElement, "input", this.#box) : null;
  }

  /** Without a choice of the student's own, private photos are read here. */
  #follow() {
    const chosen = remembered();
    const box = this.#switch;
    if (box) box.checked = chosen ? chosen === "1" : Boolean(this.#private?.checked || this.#private?.type === "hidden");
    this.#tell();
  }

  /** Suggest to read photos here, unless the student has chosen already. @param {File[]} files */
  suggest(files) {
    const isOpen = this.#switch && !this.#switch.checked && remembered() === null;
    this.#offer?.consider(isOpen ? files.filter((file) => !isDocument(file)).length : 0);
  }

  #take() {
    if (this.#switch) this.#switch.checked = true;
    remember("1");
    this.#tell();
  }

  /** Return how many bytes must be fetched before the first photo is read. Throws CannotRead. */
  async #toFetch() {
    const reader = await this.#reader();
    if (!reader) throw new CannotRead("files");
    return reader.toFetch();
  }

  /** Who is sent a photo is no matter where none is sent. */
  #tell() {
    if (this.#switch?.checked) this.#offer?.consider(0);
    for (const told of every(HTMLElement, "[data-receivers]")) told.hidden = Boolean(this.#switch?.checked);
  }

  /** Whether what leaves this device is the student's to say: they chose that photos stay, even if none can be read here now. */
  get #isAsked() {
    return this.#switch ? this.#switch.checked : remembered() === "1";
  }

  /** Return what is to be sent of the files; null: the student will not send what cannot be read here. @type {(files: File[]) => Promise<Read | null>} */
  async read(files) {
    this.#offer?.pass();
    if (!this.#isAsked) return { lines: [], files };
    const reader = await this.#reader();
    try {
      return await this.#readAll(reader, files);
    } finally {
      reader?.close(); // A worker's memory grows and never shrinks.
    }
  }

  /** Whether a photo may go to the server to be made white. @param {File} file */
  async maySend(file) {
    return !this.#isAsked || this.#mayBeSent(file, "white");
  }

  /** Return what reads photos; null: it cannot be had. */
  async #reader() {
    if (!this.#switch) return null;
    const found = await import("./device.js").catch(() => null);
    return found && new found.DeviceReader(this.#box?.dataset.reader ?? "");
  }

  /** @type {(reader: import("./device.js").DeviceReader | null, files: File[]) => Promise<Read | null>} */
  async #readAll(reader, files) {
    /** @type {Read} */
    const read = { lines: [], files: [] };
    const mayGo = new Set(); // One question for this photo and those behind it, and one for documents.
    const bytes = (await reader?.toFetch().catch(() => 0)) ?? 0;
    for (const [n, file] of files.entries()) {
      try {
        if (mayGo.has(isDocument(file))) read.files.push(file);
        else read.lines.push(await this.#readOne(this.#able(reader, file), { file, place: n + 1, all: files.length, bytes }));
      } catch (error) {
        if (!(await this.#mayBeSent(file, reasonOf(error)))) return null;
        mayGo.add(isDocument(file));
        read.files.push(file);
      }
    }
    return read;
  }

  /** Return the reader if it can read this file. Throws CannotRead. @type {(reader: import("./device.js").DeviceReader | null, file: File) => import("./device.js").DeviceReader} */
  #able(reader, file) {
    if (isDocument(file)) throw new CannotRead("document");
    if (reader) return reader;
    throw new CannotRead(this.#switch ? "files" : "device");
  }

  /** @type {(reader: import("./device.js").DeviceReader, page: { file: File, place: number, all: number, bytes: number }) => Promise<string>} */
  async #readOne(reader, { file, place, all, bytes }) {
    const say = (/** @type {string} */ sentence) => (this.#told.textContent = sentence);
    const progress = (/** @type {number} */ share) => (this.#sent.value = share);
    let arrived = 0;
    say(bytes && place === 1 ? inWords("Fetching the reader, %(size)s, once…", { size: megabytes(bytes) }) : inWords("Reading page %(n)s of %(all)s on this device…", { n: place, all }));
    const began = performance.now();
    const known = this.#pages.get(file);
    const page = known ?? await reader.read(file, (heard) => {
      if (heard.bytes) progress((100 * (arrived += heard.bytes)) / Math.max(bytes, arrived));
      if (!heard.all) return;
      say(inWords("Reading page %(n)s of %(all)s on this device…", { n: place, all }));
      progress((100 * (heard.done ?? 0)) / heard.all);
    });
    this.#pages.set(file, page);
    if (!known && !arrived) keepPace(performance.now() - began); // What was fetched says nothing of the device.
    return toldOf(page, file, place);
  }

  /** Ask whether a file goes to the server, one question after another. @type {(file: File, reason: string) => Promise<boolean>} */
  #mayBeSent(file, reason) {
    const asked = this.#asked.then(() => this.#ask(file, reason));
    this.#asked = asked;
    return asked;
  }

  /** @type {(file: File, reason: string) => Promise<boolean>} */
  #ask({ name }, reason) {
    const question = this.#question;
    if (!question) return Promise.resolve(false);
    for (const told of every(HTMLElement, "[data-receivers]")) told.hidden = false; // Whoever is asked sees who would get it.
    need(HTMLElement, "#not-here-why", question).textContent = inWords(WHY[reason] ?? WHY.worker, { name });
    this.#told.textContent = "";
    const wasShown = !this.#sent.hidden;
    this.#sent.hidden = true; // Nothing goes on before the answer.
    question.hidden = false;
    question.focus({ preventScroll: true });
    question.scrollIntoView({ block: "center" }); // Not behind what stands at the bottom.
    return new Promise((done) => {
      const answered = new AbortController();
      question.addEventListener("click", ({ target }) => {
        const button = target instanceof Element ? target.closest("button") : null;
        if (!button) return;
        answered.abort();
        question.hidden = true;
        this.#sent.hidden = !wasShown;
        this.#sent.value = 0;
        this.#tell();
        done(button.value === "1");
      }, { signal: answered.signal });
    });
  }
}

/** @param {string} choice */
function remember(choice) {
  try {
    localStorage.setItem(CHOICE, choice);
  } catch {
    // This browser keeps nothing: the choice holds for this page.
  }
}

function remembered() {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}
