// A card read aloud by the browser's own speech.

import { maybe } from "../dom.js";

/** @returns {boolean} */
export const canHear = () => "speechSynthesis" in window;

/** Say the question, or the answer once it is shown. @param {boolean} isRevealed */
export function hear(isRevealed) {
  const spoken = maybe(HTMLElement, isRevealed ? "#review-back .a" : "#card .q");
  if (!spoken?.textContent) return;
  const said = new SpeechSynthesisUtterance(spoken.textContent);
  const language = spoken.closest("[lang]")?.getAttribute("lang");
  if (language) said.lang = language;
  window.speechSynthesis.cancel();
  window.speechSynthesis.speak(said);
}
