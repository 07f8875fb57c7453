// Answers that are a part of the photo: cut from the student's own picture, which this browser keeps.

import { every, need } from "../dom.js";
import { turnedBy } from "../upload/shrink.js";
import { NotKept, find } from "./pictures.js";
import { boxFrom, viewOf } from "./places.js";

/** @param {HTMLElement} figure */
async function look(figure) {
  const { sha256 = "", turned = 0, snip = "" } = figure.dataset;
  delete figure.dataset.snip; // Once is enough.
  const kept = await find(sha256).catch((error) => {
    if (!(error instanceof NotKept)) throw error;
  });
  if (!kept) return; // The copy on the server, or the text as read, is there.
  const picture = await turnedBy(kept, Number(turned));
  const image = need(SVGImageElement, "image", figure);
  image.setAttribute("href", URL.createObjectURL(picture.blob));
  image.setAttribute("width", String(picture.width));
  image.setAttribute("height", String(picture.height));
  const view = need(SVGSVGElement, "svg", figure);
  view.setAttribute("viewBox", viewOf(boxFrom(snip), picture));
  view.removeAttribute("hidden");
}

const lookAtAll = () => every(HTMLElement, "[data-snip]").forEach(look);
lookAtAll();
document.addEventListener("htmx:afterSettle", lookAtAll);
