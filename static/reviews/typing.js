// Typing an answer: nothing is sent while letters are still being composed, and what is docked stays above
// the keyboard of a phone.

/** Whether Enter only ends the composing of a word, as in Japanese or Chinese. Safari says so by 229 alone.
 *  @param {{ key: string, isComposing: boolean, keyCode: number }} event */
export const onlyComposes = ({ key, isComposing, keyCode }) => key === "Enter" && (isComposing || keyCode === 229);

/** Return how many pixels at the bottom of the window a keyboard covers; 0 while somebody has zoomed in.
 *  @param {number} height  The window's. @param {{ height: number, offsetTop: number, scale: number }} seen */
export function covered(height, seen) {
  if (seen.scale > 1.01) return 0;
  return Math.max(0, Math.round(height - seen.height - seen.offsetTop));
}

/** Tell the style sheet how much is covered, from now on. */
export function stayAboveKeyboard() {
  const seen = window.visualViewport;
  if (!seen) return;
  const tell = () => {
    document.documentElement.style.setProperty("--covered", `${covered(window.innerHeight, seen)}px`);
  };
  seen.addEventListener("resize", tell);
  seen.addEventListener("scroll", tell);
}
