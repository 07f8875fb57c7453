// What the scripts know of the library beside them, and the shapes that several of them share. Never loaded.

/** The events of htmx, as far as they are listened to. */
interface DocumentEventMap {
  "htmx:beforeSwap": CustomEvent<{ target: Element }>;
  "htmx:afterSettle": CustomEvent<{ elt: Element }>;
  "htmx:afterRequest": CustomEvent<{
    elt: Element;
    xhr: XMLHttpRequest;
    requestConfig: { verb: string; triggeringEvent?: { submitter?: HTMLElement | null } };
  }>;
  "htmx:sendError": CustomEvent<unknown>;
  "htmx:responseError": CustomEvent<{ xhr: XMLHttpRequest }>;
}

type Kind<T extends Element> = new () => T;

/** Edges are shares of the picture's sides, 0-1 from its left or its top. */
type Edge = "left" | "top" | "right" | "bottom";
type Crop = Readonly<Record<Edge, number>>;
/** Quarter turns clockwise, then what stays. */
type Edit = Readonly<{ turns: number; crop: Crop }>;
type Point = { x: number; y: number };
type Size = { width: number; height: number };

/** A picture in this browser; `keptAt` in milliseconds since 1970; `thumb` is made when a list first shows it. */
type Kept = Size & { sha256: string; blob: Blob; keptAt: number; thumb?: Blob };
type Pack = { title: string; url: string };

/** What would make a photo better, and its lines, by which it is known again. */
type Advice = { sentences: string[]; lines: import("./upload/lines.js").Line[] };
/** A chosen photo: as it was picked, as it will be sent, its place, what was seen on it; `dark`: before it was made white. */
type Chosen = { original: File; file: File; edit: Edit; item: HTMLLIElement; advice: Advice; dark: File | null };
/** A chosen photo that was sent (`pack`) or chosen (`twin`) before. */
type Seen = { file: File; sha256: string | null; pack: Pack | null; twin: File | null };
