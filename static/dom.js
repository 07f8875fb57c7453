// Elements of the kind that a script needs.

/** @type {<T extends Element>(kind: Kind<T>, selector: string, root?: ParentNode) => T | null} */
export function maybe(kind, selector, root = document) {
  const element = root.querySelector(selector);
  return element instanceof kind ? element : null;
}

/** @type {<T extends Element>(kind: Kind<T>, selector: string, root?: ParentNode) => T} */
export function need(kind, selector, root) {
  const element = maybe(kind, selector, root);
  if (!element) throw new Error(`no ${selector}`);
  return element;
}

/** @type {<T extends Element>(kind: Kind<T>, selector: string, root?: ParentNode) => T[]} */
export function every(kind, selector, root = document) {
  return [...root.querySelectorAll(selector)].flatMap((element) => (element instanceof kind ? [element] : []));
}

/** Return this device's token for forms, as the page knows it; empty for a newcomer. @type {() => string} */
export function formToken() {
  return maybe(HTMLMetaElement, "meta[name=form-token]")?.content ?? "";
}

/** Return the nearest element around an event that fits, or null. @type {(event: Event, selector: string) => HTMLElement | null} */
export function around({ target }, selector) {
  const element = target instanceof Element ? target.closest(selector) : null;
  return element instanceof HTMLElement ? element : null;
}
