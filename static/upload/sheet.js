// One chosen photo on the form: its picture, its place, what can be done with it, and what would make it better.

import { every, need } from "../dom.js";
import { inWords } from "../words.js";
import { isUntouched, megabytes } from "./shrink.js";

const icons = new Map(
  every(HTMLElement, "[data-icon]", need(HTMLTemplateElement, "#sheet-parts").content).map((part) => [part.dataset.icon, part.innerHTML]),
);

/**
 * What the buttons of a sheet do; `move` by so many places.
 * @typedef {{
 *   edit: () => void, turn: () => void, remove: () => void, move: (by: number) => void, keepOne: (twin: Chosen) => void,
 *   whiten: () => void,
 * }} Acts
 */

/** Fill the photo's item of the list; `twin` seems to show the same slide. @type {(photo: Chosen, acts: Acts, twin: Chosen | null) => void} */
export function drawSheet(photo, acts, twin) {
  const { file } = photo;
  const isPicture = !isDocument(file);
  const row = document.createElement("div");
  row.className = "acts";
  row.append(makeButton("move earlier", inWords("%(name)s earlier", file), "left", "", () => acts.move(-1)));
  if (isPicture) {
    row.append(
      makeButton("turn-photo", inWords("Turn %(name)s", file), "turn", inWords("Turn"), acts.turn),
      makeButton("edit-photo", inWords("Turn or crop %(name)s", file), "crop", inWords("Crop"), acts.edit),
    );
  }
  row.append(
    makeButton("remove-photo", inWords("Remove %(name)s", file), "trash", inWords("Remove"), acts.remove),
    makeButton("move later", inWords("%(name)s later", file), "right", "", () => acts.move(1)),
  );
  const place = document.createElement("span");
  place.className = "n";
  place.ariaHidden = "true";
  photo.item.className = "sheet1";
  photo.item.draggable = true;
  photo.item.replaceChildren(picture(photo), place, row, words(photo), ...photo.advice.sentences.map(adviceNote));
  if (twin) photo.item.append(twinNote(twin, acts));
  if (isPicture) photo.item.append(whiteButton(photo, acts));
}

/** @type {(photo: Chosen, acts: Acts) => HTMLButtonElement} */
function whiteButton({ dark, file }, acts) {
  const [word, label] = dark
    ? [inWords("As it was"), inWords("Make %(name)s as it was", file)]
    : [inWords("Make it white"), inWords("Make %(name)s white", file)];
  const button = makeButton("white-photo", label, dark ? "undo" : "page", word, () => {
    button.ariaDisabled = "true";
    acts.whiten();
  });
  button.classList.replace("sq", "wide");
  return button;
}

/** Say where each sheet stands, and which arrows lead nowhere. @param {Chosen[]} chosen */
export function numberSheets(chosen) {
  chosen.forEach(({ item }, place) => {
    need(HTMLElement, ".n", item).textContent = String(place + 1);
    need(HTMLElement, ".earlier", item).setAttribute("aria-disabled", String(place === 0));
    need(HTMLElement, ".later", item).setAttribute("aria-disabled", String(place === chosen.length - 1));
  });
}

/** @param {File} file */
export function isDocument(file) {
  return file.type === "application/pdf" || /\.pdf$/i.test(file.name);
}

/** @param {Chosen} photo */
function words({ file, original, edit, dark }) {
  const text = document.createElement("p");
  text.className = "small soft";
  const smaller = inWords("made smaller from %(size)s", { size: megabytes(original.size) });
  const plain = file === original ? (dark ? inWords("made white") : "") : smaller;
  const done = isUntouched(edit) ? plain : inWords("changed");
  text.textContent = [file.name, megabytes(file.size), done].filter(Boolean).join(", ");
  return text;
}

/** @param {string} sentence */
function adviceNote(sentence) {
  const note = document.createElement("p");
  note.className = "note warn";
  note.innerHTML = icons.get("warn") ?? "";
  const text = document.createElement("span");
  text.textContent = sentence;
  note.append(text);
  return note;
}

/** @type {(twin: Chosen, acts: Acts) => HTMLElement} */
function twinNote(twin, acts) {
  const note = adviceNote(inWords("It seems to show the same slide as %(name)s.", twin.file));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn keep-one";
  button.textContent = inWords("Keep the fuller one");
  button.addEventListener("click", () => acts.keepOne(twin));
  note.append(button);
  return note;
}

/** @type {(kind: string, label: string, icon: string, word: string, act: () => void) => HTMLButtonElement} */
function makeButton(kind, label, icon, word, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `btn sq quiet ${kind}`;
  button.setAttribute("aria-label", label);
  button.innerHTML = icons.get(icon) ?? "";
  if (word) {
    const shown = document.createElement("span");
    shown.className = "word";
    shown.textContent = word;
    button.append(shown);
  }
  button.addEventListener("click", () => button.ariaDisabled !== "true" && act());
  return button;
}

/** The picture's address lives as long as the sheet shows it: a browser may decode it anew. @type {WeakMap<Chosen, string>} */
const shownAt = new WeakMap();

/** @param {Chosen} photo */
function picture(photo) {
  const { file } = photo;
  URL.revokeObjectURL(shownAt.get(photo) ?? "");
  shownAt.set(photo, URL.createObjectURL(file));
  const frame = document.createElement("div");
  frame.className = "thumb";
  const shown = document.createElement("img");
  shown.alt = "";
  shown.src = shownAt.get(photo) ?? "";
  shown.addEventListener("error", () => {
    const blank = document.createElement("span");
    blank.className = "blank";
    blank.textContent = isDocument(file) ? "PDF" : inWords("no preview");
    shown.replaceWith(blank);
  });
  frame.append(shown);
  return frame;
}
