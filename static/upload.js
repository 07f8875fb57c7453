// The first page: collect photos from the camera, the picker, a drop or a paste; shrink; send with progress.

import { CannotShrink, megabytes, shrink } from "./shrink.js";

const form = document.getElementById("upload");
const drop = document.getElementById("drop");
const list = document.getElementById("photos");
const problem = document.getElementById("problem");
const told = document.getElementById("told");
const send = document.getElementById("send");
const sending = document.getElementById("sending");
const sent = document.getElementById("sent");
const maxBytes = Number(form.dataset.maxBytes);
const maxPhotos = Number(form.dataset.maxPhotos);
const photos = []; // What will be sent: { file, item }

function complain(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

async function add(files) {
  complain("");
  for (const file of files) {
    if (photos.length >= maxPhotos) return complain(`That is more than ${maxPhotos} photos. Send the others afterwards.`);
    await addOne(file);
  }
}

async function addOne(original) {
  try {
    if (original.size > maxBytes) told.textContent = `Making ${original.name} smaller…`;
    const file = await shrink(original, maxBytes);
    const smaller = file !== original;
    if (smaller) told.textContent = `${original.name} was made smaller: ${megabytes(original.size)} → ${megabytes(file.size)}.`;
    show(file, smaller);
  } catch (error) {
    if (!(error instanceof CannotShrink)) throw error;
    told.textContent = "";
    complain(error.message);
  }
}

function show(file, smaller) {
  const item = document.createElement("li");
  const words = document.createElement("p");
  words.textContent = `${file.name}, ${megabytes(file.size)}${smaller ? ", made smaller" : ""}`;
  const photo = { file, item };
  item.append(thumbnail(file), words, removeButton(photo));
  list.append(item);
  photos.push(photo);
  refresh();
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

function removeButton(photo) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", `Remove ${photo.file.name}`);
  button.innerHTML = '<span aria-hidden="true">×</span>';
  button.addEventListener("click", () => {
    const place = photos.indexOf(photo);
    photos.splice(place, 1);
    photo.item.remove();
    told.textContent = `${photo.file.name} removed.`;
    (list.querySelectorAll("button")[Math.max(0, place - 1)] ?? drop.querySelector("input")).focus();
    refresh();
  });
  return button;
}

function refresh() {
  list.hidden = photos.length === 0;
  send.textContent = photos.length > 1 ? `Make ${photos.length} study packs` : "Make my study pack";
}

for (const input of drop.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    input.value = ""; // The list is what will be sent; the same photo may be chosen again.
    await add(chosen);
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
  add([...event.dataTransfer.files]);
});

document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
  if (files.length) {
    event.preventDefault();
    add(files);
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

form.addEventListener("submit", (event) => {
  event.preventDefault();
  complain("");
  if (!photos.length && !form.elements.text.value.trim()) return complain("Choose a photo, or paste some text.");
  transmit(collect());
});

function collect() {
  const data = new FormData(form);
  data.delete("image");
  for (const { file } of photos) data.append("image", file, file.name);
  return data;
}

function transmit(data) {
  const request = new XMLHttpRequest(); // fetch() does not tell how much has been sent.
  request.open("POST", `${form.action}?wait=0`);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) sent.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => answer(request));
  request.addEventListener("error", () => finish("The upload was interrupted. Please try again."));
  wait(true);
  request.send(data);
}

function answer(request) {
  const body = request.response;
  if (request.status < 300 && body?.batch) {
    window.location.assign(`/batches/${body.batch}`);
  } else {
    finish(body?.error?.message ?? "That did not work. Please try again in a moment.");
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
