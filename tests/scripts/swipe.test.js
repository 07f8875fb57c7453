// When a finger's way over a card is a swipe.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Swipe } from "../../static/reviews/swipe.js";

/** Go from 0,0 over these points, [x, y, milliseconds]. @param {[number, number, number][]} points @param {number} width */
function go(points, width = 360) {
  const swipe = new Swipe(0, 0, 0, width);
  for (const [x, y, at] of points) swipe.move(x, y, at);
  return swipe;
}

test("far to the right or to the left is an answer", () => {
  assert.equal(go([[60, 5, 200], [130, 9, 500]]).verdict(900), "right");
  assert.equal(go([[-60, 5, 200], [-130, 9, 500]]).verdict(900), "left");
});

test("a slow short one is none, and the card goes back", () => {
  const swipe = go([[40, 2, 200], [60, 3, 600]]);
  assert.equal(swipe.isSideways, true);
  assert.equal(swipe.dx, 60);
  assert.equal(swipe.verdict(900), null);
});

test("a quick one may be short", () => {
  assert.equal(go([[20, 1, 20], [60, 2, 60]]).verdict(70), "right");
  assert.equal(go([[20, 1, 20], [60, 2, 60]]).verdict(400), null);
});

test("who goes back before letting go has thought again", () => {
  assert.equal(go([[100, 1, 100], [140, 1, 200], [90, 1, 250], [50, 1, 290]]).verdict(300), null);
  assert.equal(go([[140, 1, 200], [-20, 1, 500]]).verdict(510), null);
});

test("scrolling is never taken: what begins steeply stays no swipe, however far it goes sideways then", () => {
  const swipe = go([[8, 20, 50], [200, 40, 300]]);
  assert.equal(swipe.isSideways, false);
  assert.equal(swipe.dx, 0);
  assert.equal(swipe.verdict(310), null);
});

test("a tap with a trembling finger moves nothing", () => {
  assert.equal(go([[5, 4, 30], [7, -3, 60]]).dx, 0);
});

test("how much is done grows with the way, by the card's width", () => {
  assert.equal(go([[50, 0, 100]], 360).share.toFixed(2), (50 / 100.8).toFixed(2));
  assert.equal(go([[50, 0, 100]], 100).share.toFixed(2), (50 / 72).toFixed(2));
  assert.equal(go([[500, 0, 100]]).share, 1);
});
