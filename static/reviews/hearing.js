// A card read aloud by the browser's own speech.

import { maybe } from "../dom.js";

/** @returns {boolean} */
export const canHear = () => "speechSynthesis" in window;

/** Return a text as it is said: a gap is a pause. @param {string} text */
export const sayable = (text) => text.replace(/_{3,}/g, " … ").replace(/\s+/g, " ").trim();

/** Say the question, or the answer once it is shown; a second time stops it. @param {boolean} isRevealed */
export function hear(isRevealed) {
  if (window.speechSynthesis.speaking) {
    hush();
    return;
  }
  const spoken = maybe(HTMLElement, isRevealed ? "#review-back .a" : "#card .q");
  const text = sayable(spoken?.textContent ?? "");
  if (!spoken || !text) return;
  const said = new SpeechSynthesisUtterance(text);
  // The page's own English says nothing about the card; the reader's language is the better guess.
  said.lang = spoken.closest("[lang]:not(html)")?.getAttribute("lang") ?? navigator.language;
  window.speechSynthesis.speak(said);
}

/** Stop: the next card is there, or the page is left. */
export function hush() {
  if (canHear()) window.speechSynthesis.cancel();
}
