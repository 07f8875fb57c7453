// The first page: collect photos from the camera, the picker, a drop or a paste; send them with progress.

import { Photos } from "./photos.js";
import { knownBefore, prepareToKeep } from "./sent.js";

const form = document.getElementById("upload");
const drop = document.getElementById("drop");
const problem = document.getElementById("problem");
const known = document.getElementById("known");
const told = document.getElementById("told");
const send = document.getElementById("send");
const sending = document.getElementById("sending");
const sent = document.getElementById("sent");
const KEEPING_MS = 10_000; // The pack matters more than its picture.
const photos = new Photos(document.getElementById("photos"), {
  maxBytes: Number(form.dataset.maxBytes),
  maxPhotos: Number(form.dataset.maxPhotos),
  complain,
  say: (sentence) => {
    told.textContent = sentence;
  },
  changed: () => {
    known.hidden = true;
    nameTheButton();
  },
});
let sendAnyway = false;

function nameTheButton() {
  const count = photos.chosen.length;
  const together = form.elements.together;
  if (together) together.closest("label").hidden = count < 2;
  if (form.elements.into) send.textContent = "Add to my pack";
  else send.textContent = count > 1 && !together?.checked ? `Make ${count} study packs` : "Make my study pack";
}

form.elements.together?.addEventListener("change", nameTheButton);
nameTheButton();

function complain(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

for (const input of drop.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    input.value = ""; // The list is what will be sent; the same photo may be chosen again.
    await photos.add(chosen);
  });
}

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  drop.classList.remove("over");
  photos.add([...event.dataTransfer.files]);
});

document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
  if (files.length) {
    event.preventDefault();
    photos.add(files);
    return;
  }
  const text = event.clipboardData.getData("text/plain");
  if (!text || event.target.closest("textarea, input[type=text]")) return;
  event.preventDefault();
  const notes = form.elements.text;
  notes.value = [notes.value, text].filter(Boolean).join("\n").slice(0, notes.maxLength);
  notes.focus();
  told.textContent = "Text added to your notes.";
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  complain("");
  known.hidden = true;
  await photos.ready;
  if (!photos.chosen.length && !form.elements.text.value.trim()) return complain("Choose a photo, or paste some text.");
  wait(true);
  const before = sendAnyway ? [] : await knownBefore(photos.files, form.dataset.byPhoto);
  if (before.length) return offer(before);
  sendAnyway = false;
  transmit(collect(), photos.files.length ? prepareToKeep(photos.files) : async () => {});
});

// The student has sent this very photo before: show the pack that it became, and leave the choice.
function offer(before) {
  wait(false);
  known.querySelector("ul").replaceChildren(...before.map(knownItem));
  known.hidden = false;
  known.focus();
}

function knownItem({ file, twin, pack }) {
  const item = document.createElement("li");
  item.append(twin ? `${file.name} is the same photo as ${twin.name}. ` : `${file.name}: `);
  if (pack) {
    const link = document.createElement("a");
    link.href = pack.url;
    link.dir = "auto";
    link.textContent = `Open the existing pack “${pack.title}”`;
    item.append(link);
  }
  return item;
}

known.querySelector("button").addEventListener("click", () => {
  sendAnyway = true;
  form.requestSubmit();
});

function collect() {
  const data = new FormData(form);
  data.delete("image");
  for (const file of photos.files) data.append("image", file, file.name);
  return data;
}

function transmit(data, keepPictures) {
  const request = new XMLHttpRequest(); // fetch() does not tell how much has been sent.
  request.open("POST", `${form.action}?wait=0`);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) sent.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => answer(request, keepPictures));
  request.addEventListener("error", () => finish("The upload was interrupted. Please try again."));
  request.send(data);
}

async function answer(request, keepPictures) {
  const body = request.response;
  if (request.status >= 300 || !body?.batch) {
    return finish(body?.error?.message ?? "That did not work. Please try again in a moment.");
  }
  // Only now: a photo that the server refused leaves no picture behind.
  try {
    await Promise.race([keepPictures(), new Promise((done) => setTimeout(done, KEEPING_MS))]);
  } finally {
    window.location.assign(`/batches/${body.batch}`);
  }
}

function finish(sentence) {
  wait(false);
  complain(sentence);
  problem.scrollIntoView({ block: "center" });
}

function wait(busy) {
  send.disabled = busy;
  sending.hidden = !busy;
  sent.value = 0;
  told.textContent = busy ? "Sending…" : "";
}

// Coming back by the browser's button shows the form as it was left; it must work again.
window.addEventListener("pageshow", () => {
  send.disabled = false;
  sending.hidden = true;
});

// The sample is on the server, yet its pack should look like every other: with its picture beside it.
const sample = document.querySelector("form.sample");
sample?.addEventListener("submit", async (event) => {
  if (sample.dataset.kept) return;
  event.preventDefault();
  sample.dataset.kept = "yes";
  try {
    const answer = await fetch(sample.dataset.photo);
    await prepareToKeep([new File([await answer.blob()], "sample.jpg")])();
  } finally {
    sample.requestSubmit();
  }
});
