// Make a photo smaller, turn it and cut it, here, before it is sent. Upright, as JPEG.

const SIDES = [3200, 2400, 1600]; // Pixels of the longest side; the server itself works on 1600.
const QUALITIES = [0.9, 0.8, 0.7];
const KEPT_SIDE = 1600; // What the browser keeps is as large as what the server reads.
const KEPT_QUALITY = 0.85;

export const WHOLE = Object.freeze({ left: 0, top: 0, right: 1, bottom: 1 });
export const UNTOUCHED = Object.freeze({ turns: 0, crop: WHOLE }); // Quarter turns clockwise, then what stays, in 0-1.

export class CannotShrink extends Error {}

export function isUntouched({ turns, crop }) {
  return turns === 0 && Object.keys(WHOLE).every((edge) => crop[edge] === WHOLE[edge]);
}

// Return `file` itself when nothing is to be done, else a JPEG of at most `maxBytes`. Throws CannotShrink.
export async function shrink(file, maxBytes, edit = UNTOUCHED) {
  if (file.size <= maxBytes && isUntouched(edit)) return file;
  const picture = await open(file);
  try {
    for (const side of SIDES) {
      const canvas = draw(picture, side, edit);
      for (const quality of QUALITIES) {
        const blob = await encode(canvas, quality);
        if (blob && blob.size <= maxBytes) return named(blob, file.name);
      }
    }
  } finally {
    picture.close();
  }
  throw new CannotShrink(`${file.name} is too large, even made smaller.`);
}

// Return the upright picture as the pack's page shows it: { blob, width, height }. Throws CannotShrink.
export async function upright(file) {
  const picture = await open(file);
  try {
    const canvas = draw(picture, KEPT_SIDE);
    const blob = await encode(canvas, KEPT_QUALITY);
    if (!blob) throw new CannotShrink(`${file.name} cannot be drawn here.`);
    return { blob, width: canvas.width, height: canvas.height };
  } finally {
    picture.close();
  }
}

// Return the decoded picture, upright; the caller closes it. Throws CannotShrink.
export async function open(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new CannotShrink(
      `${file.name} is ${megabytes(file.size)} and this browser cannot open it to make it smaller. ` +
        "Save it as a JPEG, or take it again at a lower resolution.",
    );
  }
}

export function draw(picture, side, { turns, crop } = UNTOUCHED, canvas = document.createElement("canvas")) {
  const [width, height] = turns % 2 ? [picture.height, picture.width] : [picture.width, picture.height];
  const [stays, high] = [width * (crop.right - crop.left), height * (crop.bottom - crop.top)];
  const scale = Math.min(1, side / Math.max(stays, high));
  canvas.width = Math.max(1, Math.round(stays * scale));
  canvas.height = Math.max(1, Math.round(high * scale));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff"; // JPEG has no transparency; paper is white.
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(canvas.width / stays, canvas.height / high);
  pen.translate(width / 2 - crop.left * width, height / 2 - crop.top * height);
  pen.rotate((turns * Math.PI) / 2);
  pen.drawImage(picture, -picture.width / 2, -picture.height / 2);
  return canvas;
}

function encode(canvas, quality) {
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
}

function named(blob, name) {
  return new File([blob], `${name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" });
}

export function megabytes(bytes) {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
