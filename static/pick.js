// Every page: "Take a photo" opens the camera at once, and what it took is ready to be sent on the next page.
// Without this script, and where nothing can be handed over, the links lead to the form.

import { handOver } from "./upload/handover.js";

const TOUCH = matchMedia("(pointer: coarse)");
const PICTURES = "image/*,.heic,.heif,.avif,.tif,.tiff,.bmp,application/pdf,.pdf";

/** @param {HTMLAnchorElement} link */
function open(link) {
  const input = document.createElement("input");
  input.type = "file";
  if (link.dataset.pick === "camera") {
    input.accept = "image/*";
    input.setAttribute("capture", "environment");
  } else {
    input.accept = PICTURES;
    input.multiple = true;
  }
  input.hidden = true;
  input.addEventListener("change", async () => {
    const files = [...(input.files ?? [])];
    if (files.length && !(await handOver(files))) window.location.assign(`${link.pathname}?lost=1`);
    else if (files.length) window.location.assign(link.pathname);
  });
  link.after(input); // Safari forgets an input that stands nowhere.
  input.click();
}

document.addEventListener("click", (event) => {
  const found = event.target instanceof Element ? event.target.closest("a[data-pick]") : null;
  const plain = !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0;
  if (!(found instanceof HTMLAnchorElement) || !plain) return;
  if (found.dataset.pick === "camera" && !TOUCH.matches) return; // A desk has no camera at hand: the form has the rest.
  event.preventDefault();
  open(found);
});

// The sample is on the server, yet its pack should look like every other: with its picture beside it.
const sample = document.querySelector("form.sample");
if (sample instanceof HTMLFormElement) {
  sample.addEventListener("submit", async (event) => {
    if (sample.dataset.kept) return;
    event.preventDefault();
    sample.dataset.kept = "yes";
    try {
      const { prepareToKeep } = await import("./upload/sent.js");
      const answer = await fetch(sample.dataset.photo ?? "");
      await prepareToKeep([new File([await answer.blob()], "sample.jpg")])();
    } finally {
      sample.requestSubmit();
    }
  });
}
