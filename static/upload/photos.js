// The list of chosen photos on the first page: each can be turned, cropped and removed before it is sent.

import { editPicture } from "./crop.js";
import { CannotShrink, UNTOUCHED, isUntouched, megabytes, open, shrink } from "./shrink.js";

// `say(sentence)` tells what happened, `complain(sentence)` what went wrong; `changed()` is called after each change.
export class Photos {
  constructor(list, { maxBytes, maxPhotos, say, complain, changed }) {
    Object.assign(this, { list, maxBytes, maxPhotos, say, complain, changed });
    this.chosen = []; // What will be sent: { original, file, edit, item }
    this.ready = Promise.resolve(); // Fulfilled when nothing is being made smaller any more.
  }

  get files() {
    return this.chosen.map((photo) => photo.file);
  }

  add(files) {
    const added = this.ready.then(() => this.#addAll(files));
    this.ready = added.catch(() => {});
    return added;
  }

  async #addAll(files) {
    this.complain("");
    for (const file of files) {
      if (this.chosen.length >= this.maxPhotos) {
        return this.complain(`That is more than ${this.maxPhotos} photos. Send the others afterwards.`);
      }
      await this.#attempt(() => this.#addOne(file));
    }
  }

  async #addOne(original) {
    if (original.size > this.maxBytes) this.say(`Making ${original.name} smaller…`);
    const file = await shrink(original, this.maxBytes);
    if (file !== original) {
      this.say(`${original.name} was made smaller: ${megabytes(original.size)} → ${megabytes(file.size)}.`);
    }
    const photo = { original, file, edit: UNTOUCHED, item: document.createElement("li") };
    this.chosen.push(photo);
    this.#draw(photo);
    this.list.append(photo.item);
    this.#refresh();
  }

  async #edit(photo) {
    this.complain("");
    const picture = await this.#openFor(photo);
    if (!picture) return;
    try {
      const edit = await editPicture(picture, photo.original.name, photo.edit);
      if (edit) await this.#attempt(() => this.#apply(photo, edit));
    } finally {
      picture.close();
    }
    photo.item.querySelector(".edit-photo").focus();
  }

  async #openFor(photo) {
    try {
      return await open(photo.original);
    } catch {
      this.complain(`This browser cannot show ${photo.original.name}, so it cannot be turned or cropped here. It can be sent as it is.`);
      return null;
    }
  }

  async #apply(photo, edit) {
    photo.file = await shrink(photo.original, this.maxBytes, edit);
    photo.edit = edit;
    this.#draw(photo);
    this.say(isUntouched(edit) ? `${photo.file.name} is as it was.` : `${photo.file.name} was changed.`);
  }

  async #attempt(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof CannotShrink)) throw error;
      this.say("");
      this.complain(error.message);
    }
  }

  #draw(photo) {
    const { file, original, edit } = photo;
    const words = document.createElement("p");
    const done = isUntouched(edit) ? (file === original ? "" : ", made smaller") : ", changed";
    words.textContent = `${file.name}, ${megabytes(file.size)}${done}`;
    photo.item.replaceChildren(thumbnail(file), words, this.#editButton(photo), this.#removeButton(photo));
  }

  #editButton(photo) {
    const button = makeButton("edit-photo", `Turn or crop ${photo.file.name}`, "Turn or crop");
    button.addEventListener("click", () => this.#edit(photo));
    return button;
  }

  #removeButton(photo) {
    const button = makeButton("remove-photo", `Remove ${photo.file.name}`, "×");
    button.addEventListener("click", () => {
      const place = this.chosen.indexOf(photo);
      this.chosen.splice(place, 1);
      photo.item.remove();
      this.say(`${photo.file.name} removed.`);
      this.#refresh();
      const next = this.list.querySelectorAll(".remove-photo")[Math.max(0, place - 1)];
      (next ?? document.querySelector("#drop input")).focus();
    });
    return button;
  }

  #refresh() {
    this.list.hidden = this.chosen.length === 0;
    this.changed();
  }
}

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
