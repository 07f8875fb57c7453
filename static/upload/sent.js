// Around the sending of photos: were they sent before, and may this browser keep them?

import { NotKept, fingerprint, keep, tell } from "../packs/pictures.js";
import { upright } from "./shrink.js";

const ASKING_MS = 4_000; // An answer that takes longer is not worth the wait: the photo is sent.

/** Return what is known of the files, for each that was sent, or chosen, before. @type {(files: File[], address: string) => Promise<Seen[]>} */
export async function knownBefore(files, address) {
  const photos = await Promise.all(
    files.map(async (file) => {
      const sha256 = await fingerprint(file).catch(() => null); // Gone from the disk meanwhile: sending will say so.
      return { file, sha256, pack: sha256 ? await packOf(sha256, address) : null };
    }),
  );
  return withTwins(photos).filter((photo) => photo.pack || photo.twin);
}

/** Name with each photo the first file of the same bytes before it. @type {(photos: Omit<Seen, "twin">[]) => Seen[]} */
export function withTwins(photos) {
  const first = new Map();
  return photos.map((photo) => {
    const twin = first.get(photo.sha256) ?? null;
    if (photo.sha256 && !twin) first.set(photo.sha256, photo.file);
    return { ...photo, twin };
  });
}

/** Return the student's own pack of these bytes, or null: also when nobody can say. @type {(sha256: string, address: string) => Promise<Pack | null>} */
export async function packOf(sha256, address) {
  try {
    const answer = await fetch(`${address}/${sha256}`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(ASKING_MS),
    });
    return answer.ok ? (await answer.json()).pack : null;
  } catch {
    return null;
  }
}

/** Prepare the pictures while they are sent; the returned function keeps them, once the server has taken them. @param {File[]} files */
export function prepareToKeep(files) {
  const prepared = prepare(files);
  return async () => {
    for (const { file, picture } of await prepared) await keepOne(file, picture);
  };
}

/** @param {File[]} files */
async function prepare(files) {
  const prepared = [];
  // One after another: a decoded photo takes 50 MB.
  for (const file of files) prepared.push({ file, picture: await upright(file).catch(() => null) });
  return prepared;
}

/** @type {(file: File, picture: Size & { blob: Blob } | null) => Promise<void>} */
async function keepOne(file, picture) {
  const sha256 = await fingerprint(file).catch(() => null);
  if (!sha256) return;
  try {
    if (!picture) throw new NotKept("unreadable");
    await keep({ sha256, ...picture, keptAt: Date.now() });
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    tell(sha256, error.reason);
  }
}
