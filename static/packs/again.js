// "Read again with Gemini": hands the picture that this browser keeps to the form, where the server has no copy.

import { every, need } from "../dom.js";
import { NotKept, find } from "./pictures.js";

const panel = need(HTMLElement, "[data-again]");

/** @param {HTMLFormElement} form */
async function offer(form) {
  const kept = await find(form.dataset.sha256 ?? "");
  if (!kept) return;
  const files = new DataTransfer();
  files.items.add(new File([kept.blob], "page.jpg", { type: kept.blob.type }));
  need(HTMLInputElement, "input[type=file]", form).files = files.files;
  form.hidden = panel.hidden = false;
}

for (const form of every(HTMLFormElement, "form", panel)) {
  offer(form).catch((error) => {
    if (!(error instanceof NotKept)) throw error;
  });
}
