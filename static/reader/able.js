// Whether this device can read photos, known before anything is fetched.

const NEED_GB = 2; // A tab takes 400 MB while it reads; a device of 1 GB ends it.
// A function that returns a vector of 16 bytes: it is valid where the runtime's instructions are.
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/** A photo that this device cannot read; `reason`: picture, files, memory or worker. */
export class CannotRead extends Error {
  /** @param {string} reason @param {unknown} [cause] */
  constructor(reason, cause) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/** Return why this device cannot read photos: browser or memory; empty: it can. @param {{ deviceMemory?: number }} [device] */
export function whyNot(device = /** @type {object} */ (globalThis.navigator)) {
  const has = globalThis.crypto?.subtle && globalThis.caches && globalThis.Worker && globalThis.DecompressionStream;
  if (!has || !globalThis.WebAssembly?.validate(new Uint8Array(SIMD))) return "browser";
  return (device.deviceMemory ?? NEED_GB) < NEED_GB ? "memory" : "";
}

/** Return why a photo could not be read. @param {unknown} error */
export const reasonOf = (error) => (error instanceof CannotRead ? error.reason : "worker");
