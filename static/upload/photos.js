// The list of chosen photos: each can be turned, cropped, moved and removed before it is sent.

import { every, maybe } from "../dom.js";
import { inWords } from "../words.js";
import { adviceFor } from "./advice.js";
import { editPicture } from "./crop.js";
import { turned } from "./edges.js";
import { isSamePage } from "./lines.js";
import { drawSheet, isDocument, numberSheets } from "./sheet.js";
import { CannotShrink, UNTOUCHED, isUntouched, megabytes, open, shrink } from "./shrink.js";
import { whitened } from "./white.js";

/**
 * `say` tells what happened, `complain` what went wrong; `changed` is called after each change; `maySend`: may a photo go before the form?
 * @typedef {{
 *   maxBytes: number, maxDocumentBytes: number, maxPhotos: number, whiteAt: string, changed: () => void,
 *   say: (sentence: string) => void, complain: (sentence: string) => void, maySend: (file: File) => Promise<boolean>,
 * }} Wishes
 */

/** @type {Advice} */
const NONE = { sentences: [], lines: [] };

export class Photos {
  /** @type {Chosen[]} */
  chosen = []; // What will be sent, in this order.
  /** @type {Promise<void>} */
  ready = Promise.resolve(); // Fulfilled when nothing is being made smaller any more.
  #list;
  #wishes;
  /** @type {Chosen | null} */
  #held = null; // The sheet that is being dragged.

  /** @param {HTMLElement} list @param {Wishes} wishes */
  constructor(list, wishes) {
    this.#list = list;
    this.#wishes = wishes;
    this.#letDrag();
  }

  get files() {
    return this.chosen.map((photo) => photo.file);
  }

  /** @param {File[]} files */
  add(files) {
    const added = this.ready.then(() => this.#addAll(files));
    this.ready = added.catch(() => {});
    return added;
  }

  /** @param {File[]} files */
  async #addAll(files) {
    this.#wishes.complain("");
    for (const file of files) {
      if (this.chosen.length >= this.#wishes.maxPhotos) {
        return this.#wishes.complain(inWords("That is more than %(most)s photos. Send the others afterwards.", { most: this.#wishes.maxPhotos }));
      }
      await this.#attempt(() => this.#addOne(file));
    }
  }

  /** @param {File} original */
  async #addOne(original) {
    const file = isDocument(original) ? this.#checked(original) : await this.#fitting(original);
    const photo = { original, file, edit: UNTOUCHED, item: document.createElement("li"), advice: NONE, dark: null };
    this.chosen.push(photo);
    this.#draw(photo);
    this.#list.append(photo.item);
    this.#refresh();
    this.#advise(photo);
  }

  /** @param {File} original */
  async #fitting(original) {
    const { maxBytes, say } = this.#wishes;
    if (original.size > maxBytes) say(inWords("Making %(name)s smaller…", original));
    const file = await shrink(original, maxBytes);
    const sizes = { before: megabytes(original.size), after: megabytes(file.size) };
    if (file !== original) say(inWords("%(name)s was made smaller: %(before)s → %(after)s.", { name: original.name, ...sizes }));
    return file;
  }

  /**
   * A PDF goes as it is: the server lists its pages, and the student chooses.
   * @param {File} original
   */
  #checked(original) {
    const most = this.#wishes.maxDocumentBytes;
    if (original.size <= most) return original;
    throw new CannotShrink(
      inWords("%(name)s has %(size)s; a PDF may have %(most)s. Print the pages that you need as a PDF of their own, and send that.", {
        name: original.name,
        size: megabytes(original.size),
        most: megabytes(most),
      }),
    );
  }

  /** Look at the photo as it will be sent, and say what would help. @param {Chosen} photo */
  async #advise(photo) {
    const { file } = photo;
    const advice = isDocument(file) ? NONE : await adviceFor(file);
    if (photo.file !== file || !this.chosen.includes(photo)) return; // It was changed meanwhile, and is being looked at again.
    photo.advice = advice;
    this.#draw(photo);
    numberSheets(this.chosen);
    if (advice.sentences.length) this.#wishes.say(`${file.name}: ${advice.sentences.join(" ")}`);
  }

  /** @param {Chosen} photo */
  async #edit(photo) {
    this.#wishes.complain("");
    const picture = await this.#openFor(photo);
    if (!picture) return;
    try {
      const edit = await editPicture(picture, photo.original.name, photo.edit);
      if (edit) await this.#attempt(() => this.#apply(photo, edit));
    } finally {
      picture.close();
    }
    maybe(HTMLElement, ".edit-photo", photo.item)?.focus();
  }

  /** @param {Chosen} photo */
  async #openFor(photo) {
    try {
      return await open(photo.original);
    } catch {
      this.#wishes.complain(inWords("This browser cannot show %(name)s, so it cannot be turned or cropped here. It can be sent as it is.", photo.original));
      return null;
    }
  }

  /** @param {Chosen} photo */
  async #turn(photo) {
    await this.#attempt(() => this.#apply(photo, turned(photo.edit, true)));
    maybe(HTMLElement, ".turn-photo", photo.item)?.focus();
  }

  /** Make the page white, or as it was; whoever sends meanwhile waits for it. @param {Chosen} photo */
  #whiten(photo) {
    this.#wishes.complain("");
    const done = this.ready.then(() => this.#attempt(() => this.#swap(photo)));
    this.ready = done.catch(() => {});
    return done;
  }

  /** @param {Chosen} photo */
  async #swap(photo) {
    const { say, whiteAt, maySend } = this.#wishes;
    if (!photo.dark && !(await maySend(photo.file))) return;
    if (!photo.dark) say(inWords("Making %(name)s white…", photo.file));
    const next = photo.dark ?? (await whitened(photo.file, whiteAt));
    photo.dark = photo.dark ? null : photo.original;
    photo.original = next;
    await this.#apply(photo, UNTOUCHED);
    maybe(HTMLElement, ".white-photo", photo.item)?.focus();
  }

  /** @type {(photo: Chosen, edit: Edit) => Promise<void>} */
  async #apply(photo, edit) {
    photo.file = await shrink(photo.original, this.#wishes.maxBytes, edit);
    photo.edit = edit;
    photo.advice = NONE;
    this.#draw(photo);
    numberSheets(this.chosen);
    this.#wishes.say(isUntouched(edit) ? inWords("%(name)s is as it was.", photo.file) : inWords("%(name)s was changed.", photo.file));
    this.#advise(photo);
  }

  /** @param {() => Promise<void>} act */
  async #attempt(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof CannotShrink)) throw error;
      this.#wishes.say("");
      this.#wishes.complain(error.message);
    }
  }

  /** @param {Chosen} photo */
  #draw(photo) {
    const acts = {
      edit: () => this.#edit(photo),
      keepOne: (/** @type {Chosen} */ twin) => this.#remove(fewerLines(photo, twin)),
      turn: () => this.#turn(photo),
      whiten: () => this.#whiten(photo),
      remove: () => this.#remove(photo),
      move: (/** @type {number} */ by) => this.#move(photo, this.chosen.indexOf(photo) + by, by < 0 ? ".earlier" : ".later"),
    };
    const twin = this.chosen.find((other) => other !== photo && isSamePage(other.advice.lines, photo.advice.lines));
    // Advice comes when it is ready: who stands on a button of the sheet must not lose it.
    const held = photo.item.contains(document.activeElement) ? document.activeElement?.className : "";
    drawSheet(photo, acts, twin ?? null);
    if (held) every(HTMLElement, "button", photo.item).find((button) => button.className === held)?.focus();
  }

  /** @param {Chosen} photo */
  #remove(photo) {
    const place = this.chosen.indexOf(photo);
    this.chosen.splice(place, 1);
    photo.item.remove();
    this.#wishes.say(inWords("%(name)s removed.", photo.file));
    this.#refresh();
    const next = every(HTMLElement, ".remove-photo", this.#list)[Math.max(0, place - 1)];
    (next ?? maybe(HTMLElement, "#drop input:not(:disabled)"))?.focus();
  }

  /** @type {(photo: Chosen, place: number, button?: string) => void} */
  #move(photo, place, button) {
    if (place < 0 || place >= this.chosen.length) return;
    this.chosen.splice(this.chosen.indexOf(photo), 1);
    this.chosen.splice(place, 0, photo);
    this.#list.replaceChildren(...this.chosen.map(({ item }) => item));
    this.#refresh();
    this.#wishes.say(inWords("%(name)s is page %(n)s of %(all)s.", { name: photo.file.name, n: place + 1, all: this.chosen.length }));
    if (button) maybe(HTMLElement, button, photo.item)?.focus();
  }

  #letDrag() {
    const over = (/** @type {Event} */ { target }) => this.chosen.find(({ item }) => target instanceof Node && item.contains(target)) ?? null;
    this.#list.addEventListener("dragstart", (event) => {
      this.#held = over(event);
      this.#held?.item.classList.add("dragged");
    });
    this.#list.addEventListener("dragover", (event) => this.#held && event.preventDefault());
    this.#list.addEventListener("drop", (event) => {
      const target = over(event);
      if (!this.#held || !target) return;
      event.preventDefault();
      event.stopPropagation();
      this.#move(this.#held, this.chosen.indexOf(target));
    });
    this.#list.addEventListener("dragend", () => {
      this.#held?.item.classList.remove("dragged");
      this.#held = null;
    });
  }

  #refresh() {
    this.#list.classList.toggle("one", this.chosen.length === 1);
    numberSheets(this.chosen);
    this.#wishes.changed();
  }
}

/** Return the one of two photos of a slide that shows less of it. @type {(one: Chosen, other: Chosen) => Chosen} */
const fewerLines = (one, other) => (one.advice.lines.length < other.advice.lines.length ? one : other);
