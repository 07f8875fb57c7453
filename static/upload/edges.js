// The four edges of a crop: how keys, fingers and turns move them.

const LEAST = 0.1; // What stays of each side, at least: less is a slip of the finger.
const STEP = 0.01;
const LARGE_STEP = 0.1;
const REACH_PX = 30; // How far from an edge a finger still holds it: more than half of 44 px.
/** @type {Readonly<Record<Edge, Edge>>} */
const OPPOSITE = { left: "right", right: "left", top: "bottom", bottom: "top" };

/** Whether an edge stands upright: it is then moved along x. @param {Edge} edge */
export const isUpright = (edge) => edge === "left" || edge === "right";

/** Return the edit after a quarter turn: what stays stays. @type {(edit: Edit, clockwise: boolean) => Edit} */
export function turned({ turns, crop: { left, top, right, bottom } }, clockwise) {
  const crop = clockwise
    ? { left: 1 - bottom, top: left, right: 1 - top, bottom: right }
    : { left: top, top: 1 - right, right: bottom, bottom: 1 - left };
  return { turns: (turns + (clockwise ? 1 : 3)) % 4, crop };
}

/** Return the crop with an edge at a place, or as near to it as the opposite edge allows. @type {(crop: Crop, edge: Edge, place: number) => Crop} */
export function moved(crop, edge, place) {
  const limit = crop[OPPOSITE[edge]];
  const [least, most] = edge === "left" || edge === "top" ? [0, limit - LEAST] : [limit + LEAST, 1];
  return { ...crop, [edge]: Math.min(most, Math.max(least, Math.round(place * 1000) / 1000)) };
}

/** Return where a key moves an edge, or undefined. @type {(key: string, place: number) => number | undefined} */
export function placeAfter(key, place) {
  /** @type {Record<string, number>} */
  const places = {
    ArrowLeft: place - STEP, ArrowUp: place - STEP, ArrowRight: place + STEP, ArrowDown: place + STEP,
    PageUp: place - LARGE_STEP, PageDown: place + LARGE_STEP, Home: 0, End: 1,
  };
  return places[key];
}

/** Return the edges within a finger's reach: two at a corner; `size` in pixels. @type {(crop: Crop, point: Point, size: Size) => Edge[]} */
export function edgesNear(crop, { x, y }, { width, height }) {
  /** @type {(one: Edge, other: Edge, place: number, pixels: number) => Edge[]} */
  const nearest = (one, other, place, pixels) => {
    const edge = Math.abs(crop[one] - place) < Math.abs(crop[other] - place) ? one : other;
    return Math.abs(crop[edge] - place) * pixels <= REACH_PX ? [edge] : [];
  };
  return [...nearest("left", "right", x, width), ...nearest("top", "bottom", y, height)];
}
