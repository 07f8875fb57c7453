// What is selected inside one line of the transcript.

/**
 * Return the line, the selected words and how many characters stand before them; null when nothing, or more than
 * one line, is selected. Characters are counted as the server does: an emoji is one.
 * @type {(selection: Selection | null) => { line: Element, words: string, first: number } | null}
 */
export function selectedIn(selection) {
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const [text, other] = [range.startContainer, range.endContainer].map((node) =>
    (node instanceof Element ? node : node.parentElement)?.closest(".line-text"),
  );
  const line = text?.closest(".line");
  const words = range.toString().trim();
  if (!text || !line || text !== other || !words) return null;
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(range.startContainer, range.startOffset);
  return { line, words, first: [...before.toString()].length };
}
