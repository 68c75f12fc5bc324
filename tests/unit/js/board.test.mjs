import assert from "node:assert/strict";
import { test } from "node:test";

import { columnOf, lanes, may, step } from "../../../breakouts/board/static/board/cards.js";

const items = (...cards) => new Map(cards.map(([id, c, o]) => [id, { c, o }]));
const board = lanes(items(["1", 1, "i"], ["2", 1, "k"], ["3", 2, "a"], ["4", 9, "b"]), 3);

test("cards stand by column and order, those of a column that went in the last", () => {
  assert.deepEqual(board, [["1", "2"], ["3"], ["4"]]);
  assert.deepEqual(lanes(new Map([["1", null]]), 1), [[]]);
  assert.deepEqual(lanes(items(["10", 1, "i"], ["9", 1, "i"]), 1), [["9", "10"]]);
  assert.equal(columnOf({ c: 0 }, 3), 1);
});

test("one step with the keyboard", () => {
  assert.deepEqual(step(board, "2", "up"), { column: 1, before: 1, index: 0 });
  assert.deepEqual(step(board, "1", "down"), { column: 1, before: null, index: 1 });
  assert.deepEqual(step(board, "2", "on"), { column: 2, before: null, index: 1 });
  assert.deepEqual(step(board, "1", "on"), { column: 2, before: 3, index: 0 });
  assert.equal(step(board, "1", "up"), null);
  assert.equal(step(board, "1", "back"), null);
  assert.equal(step(board, "4", "on"), null);
  assert.equal(step(board, "99", "up"), null);
});

test("who may do what", () => {
  assert.ok(may("members", false, false));
  assert.ok(may("own", true, false));
  assert.ok(!may("own", false, false));
  assert.ok(!may("staff", true, false));
  assert.ok(may("staff", false, true));
});
