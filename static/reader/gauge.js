// A short benchmark in a worker of its own: a convolution as the networks have them, and nothing else. It says how fast
// this device is before anything is fetched.

const SIDE = 96;
const CHANNELS = 8;
const ROUNDS = 5;

/** Return how long a small convolution takes here, in ms: the middle one of some, since the first ones are not compiled yet. */
export function gauge() {
  const picture = new Float32Array(CHANNELS * SIDE * SIDE).map((_, n) => (n % 17) / 17);
  const kernel = new Float32Array(CHANNELS * CHANNELS * 9).map((_, n) => (n % 5) / 5 - 0.4);
  const made = new Float32Array(CHANNELS * SIDE * SIDE);
  const times = Array.from({ length: ROUNDS }, () => {
    const began = performance.now();
    convolve(picture, kernel, made);
    return performance.now() - began;
  });
  return times.sort((one, other) => one - other)[Math.trunc(ROUNDS / 2)];
}

/** @type {(picture: Float32Array, kernel: Float32Array, made: Float32Array) => void} */
function convolve(picture, kernel, made) {
  for (let to = 0; to < CHANNELS; to += 1) {
    for (let y = 1; y < SIDE - 1; y += 1) {
      for (let x = 1; x < SIDE - 1; x += 1) made[(to * SIDE + y) * SIDE + x] = around(picture, kernel, { to, y, x });
    }
  }
}

/** @type {(picture: Float32Array, kernel: Float32Array, place: { to: number, y: number, x: number }) => number} */
function around(picture, kernel, { to, y, x }) {
  let sum = 0;
  for (let from = 0; from < CHANNELS; from += 1) {
    for (let k = 0; k < 9; k += 1) {
      const at = (from * SIDE + y - 1 + Math.trunc(k / 3)) * SIDE + x - 1 + (k % 3);
      sum += picture[at] * kernel[(to * CHANNELS + from) * 9 + k];
    }
  }
  return sum;
}

globalThis.addEventListener?.("message", () => globalThis.postMessage(gauge()));
