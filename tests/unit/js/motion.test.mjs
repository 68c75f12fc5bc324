/** What a page does that belongs to no session, and what several fields of one answer hold. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { read, write } from "../../../workshop/live/static/live/js/answers.js";
import { Standing } from "../../../workshop/live/static/live/js/standing.js";

const tick = () => new Promise((resolve) => queueMicrotask(resolve));

test("a page that stands alone hands out its slots first, then one frame at each further start", () => {
  const heard = [];
  const page = { slots: [{ s: "you" }], later: [{ s: "tally:-1", r: 1 }, { s: "tally:-1", r: 2 }] };
  const standing = new Standing({ receive: (frame) => heard.push(frame), page });

  for (let turn = 0; turn < 4; turn += 1) standing.start();

  assert.deepEqual(heard, [{ t: "hello", slots: [{ s: "you" }] }, { s: "tally:-1", r: 1 }, { s: "tally:-1", r: 2 }]);
});

test("it answers its own acts, with a refusal where the page says so", async () => {
  const heard = [];
  const receive = (frame) => heard.push(frame);
  const kind = new Standing({ receive, page: { slots: [] } });
  const strict = new Standing({ receive, page: { slots: [], answer: { t: "no", code: "closed", message: "Closed." } } });

  assert.equal(kind.send({ t: "do", id: "a" }), true);
  strict.send({ t: "do", id: "b" });
  await tick();

  assert.deepEqual(heard, [
    { t: "ok", d: {}, id: "a" },
    { t: "no", d: {}, code: "closed", message: "Closed.", id: "b" },
  ]);
});

test("without anything in the page nothing is sent, and nothing is lost", () => {
  const heard = [];
  const standing = new Standing({ receive: (frame) => heard.push(frame), page: null });
  standing.start();

  assert.equal(standing.send({ t: "do", id: "a" }), false);
  assert.deepEqual(heard, [{ t: "hello", slots: [] }]);
});

test("several fields of text are one list, and come back into their fields", () => {
  const fields = [{ value: "tags" }, { value: "" }, { value: "trust" }];
  const value = read("many", fields);

  assert.deepEqual(value, ["tags", "trust"]);
  assert.deepEqual(write("many", fields, value), [{ value: "tags" }, { value: "trust" }, { value: "" }]);
  assert.deepEqual(write("many", fields, null), [{ value: "" }, { value: "" }, { value: "" }]);
});

test("options beside a field of text are still ticked by their value", () => {
  const fields = [{ value: "a", checked: false }, { value: "b", checked: true }];

  assert.deepEqual(write("many", fields, ["a"]), [{ checked: true }, { checked: false }]);
});
