// Make a photo that is over the limit smaller, here, before it is sent. Upright, as JPEG.

const SIDES = [3200, 2400, 1600]; // Pixels of the longest side; the server itself works on 1600.
const QUALITIES = [0.9, 0.8, 0.7];

export class CannotShrink extends Error {}

// Return `file` itself when it is small enough, else a smaller JPEG. Throws CannotShrink.
export async function shrink(file, maxBytes) {
  if (file.size <= maxBytes) return file;
  const picture = await open(file);
  try {
    for (const side of SIDES) {
      const canvas = draw(picture, side);
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

async function open(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new CannotShrink(
      `${file.name} is ${megabytes(file.size)} and this browser cannot open it to make it smaller. ` +
        "Save it as a JPEG, or take it again at a lower resolution.",
    );
  }
}

function draw(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // JPEG has no transparency; paper is white.
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
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
