// Whether single keys act in reviews and quizzes: a wish of this browser, kept in it.

const OFF = "studylens-review-keys-off";

export function keysAreOn() {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true; // A browser that keeps nothing keeps no wish either.
  }
}

export function turnKeys() {
  try {
    if (keysAreOn()) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // Nowhere to keep the wish.
  }
}
