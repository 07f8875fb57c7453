// The list of chosen photos on the first page: each can be turned, cropped and removed before it is sent.

import { every, maybe } from "../dom.js";
import { editPicture } from "./crop.js";
import { CannotShrink, UNTOUCHED, isUntouched, megabytes, open, shrink } from "./shrink.js";

/**
 * `say` tells what happened, `complain` what went wrong; `changed` is called after each change.
 * @typedef {{
 *   maxBytes: number, maxDocumentBytes: number, maxPhotos: number,
 *   say: (sentence: string) => void, complain: (sentence: string) => void, changed: () => void,
 * }} Wishes
 */

export class Photos {
  /** @type {Chosen[]} */
  chosen = []; // What will be sent.
  /** @type {Promise<void>} */
  ready = Promise.resolve(); // Fulfilled when nothing is being made smaller any more.
  #list;
  #wishes;

  /** @param {HTMLElement} list @param {Wishes} wishes */
  constructor(list, wishes) {
    this.#list = list;
    this.#wishes = wishes;
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
        return this.#wishes.complain(`That is more than ${this.#wishes.maxPhotos} photos. Send the others afterwards.`);
      }
      await this.#attempt(() => this.#addOne(file));
    }
  }

  /** @param {File} original */
  async #addOne(original) {
    if (isDocument(original)) return this.#addDocument(original);
    if (original.size > this.#wishes.maxBytes) this.#wishes.say(`Making ${original.name} smaller…`);
    const file = await shrink(original, this.#wishes.maxBytes);
    if (file !== original) {
      this.#wishes.say(`${original.name} was made smaller: ${megabytes(original.size)} → ${megabytes(file.size)}.`);
    }
    const photo = { original, file, edit: UNTOUCHED, item: document.createElement("li") };
    this.chosen.push(photo);
    this.#draw(photo);
    this.#list.append(photo.item);
    this.#refresh();
  }

  /**
   * A PDF goes as it is: the server lists its pages, and the student chooses.
   * @param {File} original
   */
  #addDocument(original) {
    const most = this.#wishes.maxDocumentBytes;
    if (original.size > most) {
      throw new CannotShrink(
        `${original.name} has ${megabytes(original.size)}; a PDF may have ${megabytes(most)}. ` +
          "Print the pages that you need as a PDF of their own, and send that.",
      );
    }
    const photo = { original, file: original, edit: UNTOUCHED, item: document.createElement("li") };
    this.chosen.push(photo);
    this.#draw(photo);
    this.#list.append(photo.item);
    this.#refresh();
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
      this.#wishes.complain(`This browser cannot show ${photo.original.name}, so it cannot be turned or cropped here. It can be sent as it is.`);
      return null;
    }
  }

  /** @type {(photo: Chosen, edit: Edit) => Promise<void>} */
  async #apply(photo, edit) {
    photo.file = await shrink(photo.original, this.#wishes.maxBytes, edit);
    photo.edit = edit;
    this.#draw(photo);
    this.#wishes.say(isUntouched(edit) ? `${photo.file.name} is as it was.` : `${photo.file.name} was changed.`);
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
    const { file, original, edit } = photo;
    const words = document.createElement("p");
    const done = isUntouched(edit) ? (file === original ? "" : ", made smaller") : ", changed";
    words.textContent = `${file.name}, ${megabytes(file.size)}${done}`;
    const buttons = [this.#editButton(photo), this.#removeButton(photo)].slice(isDocument(file) ? 1 : 0);
    photo.item.replaceChildren(thumbnail(file), words, ...buttons);
  }

  /** @param {Chosen} photo */
  #editButton(photo) {
    const button = makeButton("edit-photo", `Turn or crop ${photo.file.name}`, "Turn or crop");
    button.addEventListener("click", () => this.#edit(photo));
    return button;
  }

  /** @param {Chosen} photo */
  #removeButton(photo) {
    const button = makeButton("remove-photo", `Remove ${photo.file.name}`, "×");
    button.addEventListener("click", () => {
      const place = this.chosen.indexOf(photo);
      this.chosen.splice(place, 1);
      photo.item.remove();
      this.#wishes.say(`${photo.file.name} removed.`);
      this.#refresh();
      const next = every(HTMLElement, ".remove-photo", this.#list)[Math.max(0, place - 1)];
      (next ?? maybe(HTMLElement, "#drop input"))?.focus();
    });
    return button;
  }

  #refresh() {
    this.#list.hidden = this.chosen.length === 0;
    this.#wishes.changed();
  }
}

/** @param {File} file */
export function isDocument(file) {
  return file.type === "application/pdf" || /\.pdf$/i.test(file.name);
}

/** @type {(name: string, label: string, face: string) => HTMLButtonElement} */
function makeButton(name, label, face) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = name;
  button.setAttribute("aria-label", label);
  const shown = document.createElement("span");
  shown.ariaHidden = "true";
  shown.textContent = face;
  button.append(shown);
  return button;
}

/** @param {File} file */
function thumbnail(file) {
  const picture = document.createElement("img");
  picture.alt = "";
  picture.src = URL.createObjectURL(file);
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
  picture.addEventListener("error", () => {
    const blank = document.createElement("span");
    blank.className = "blank";
    blank.textContent = "no preview";
    picture.replaceWith(blank);
  });
  return picture;
}
