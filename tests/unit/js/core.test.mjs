import assert from "node:assert/strict";
import { test } from "node:test";

import { Answers, read, same, write } from "../../../workshop/live/static/live/js/answers.js";
import { Clock, inWords, left, used } from "../../../workshop/live/static/live/js/clock.js";
import { uuid } from "../../../workshop/live/static/live/js/ids.js";
import { Shelf } from "../../../workshop/live/static/live/js/shelf.js";
import { words } from "../../../workshop/live/static/live/js/banner.js";
import { missing } from "../../../workshop/live/static/live/js/slots.js";
import { changes, mine } from "../../../workshop/live/static/live/js/stage.js";
import { Store } from "../../../workshop/live/static/live/js/store.js";
import { fill, ngettext } from "../../../workshop/live/static/live/js/words.js";
import { Storage, Time } from "./env.mjs";

const shelf = (storage = new Storage()) => new Shelf("plenary:s:7:", () => storage);

test("what is here in another version is not fetched again", () => {
  const [core, board] = ["https://x.example/static/live/js/core", "https://x.example/static/board/board"];
  const here = new Set(["/static/live/js/core.js"]);
  assert.deepEqual(missing(`${core}.0123456789ab.js ${board}.0123456789ab.js `, here), [`${board}.0123456789ab.js`]);
  assert.deepEqual(missing(`${board}.ba9876543210.js ${board}.js ${board}.0123456789ab.css`, here), [`${board}.0123456789ab.css`]);
  assert.deepEqual(missing(" ", here), []);
});

test("an id is a UUID where the browser makes none", () => {
  const source = { getRandomValues: (bytes) => bytes.fill(0xff) };
  assert.equal(uuid(source), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("the clock trusts the exchange with the shortest trip", () => {
  const time = new Time();
  const clock = new Clock(time.now);
  assert.equal(clock.now(), time.at);
  clock.exchange(time.at + 9_000);
  assert.equal(clock.now(), time.at + 9_000);
  clock.exchange(time.at + 5_000 - 20, time.at - 40);
  clock.exchange(time.at + 7_000, time.at - 4_000);
  assert.equal(clock.now(), time.at + 5_000);
});

test("time left runs only while the clock runs", () => {
  assert.equal(left({ at: 1_000, left: 60_000, running: true }, 11_000), 50_000);
  assert.equal(left({ at: 1_000, left: 60_000, running: false }, 11_000), 60_000);
  assert.equal(used({ at: 0, left: 15_000, total: 60_000, running: false }, 0), 0.75);
  assert.equal(used({ at: 0, left: -5_000, total: 60_000, running: false }, 0), 1);
});

test("time in words", () => {
  assert.deepEqual([1_422_000, 118_000, 500, 0, -500, -1_000, -31_000, 3_725_000].map(inWords), [
    "23:42", "1:58", "0:01", "0:00", "0:00", "+0:01", "+0:31", "1:02:05",
  ]);
});

test("a value is replaced by a newer revision and by a higher epoch only", () => {
  const store = new Store();
  const seen = [];
  store.on("tally:31", (state) => seen.push(state?.d ?? null));
  assert.ok(store.take({ s: "tally:31", e: 2, r: 10, d: "a" }));
  assert.ok(!store.take({ s: "tally:31", e: 2, r: 9, d: "old" }));
  assert.ok(!store.take({ s: "tally:31", e: 2, r: 10, d: "same" }));
  assert.ok(!store.take({ s: "tally:31", e: 1, r: 99, d: "epoch before" }));
  assert.ok(store.take({ s: "tally:31", e: 3, r: 1, d: "b" }));
  assert.ok(store.take({ s: "tally:31", gone: true }));
  assert.ok(!store.take({ s: "tally:31", gone: true }));
  assert.deepEqual(seen, ["a", "b", null]);
  assert.equal(store.get("tally:31"), undefined);
  assert.equal(store.have(), "");
});

test("what is held is named slot by slot", () => {
  const store = new Store();
  store.take({ s: "stage", e: 1, r: 12, d: {} });
  store.take({ s: "tally:31", e: 2, r: 90, h: "" });
  assert.equal(store.have(), "stage.1.12,tally:31.2.90");
});

test("an address never grows too long for a server", () => {
  const store = new Store();
  for (let group = 1; group <= 1_000; group += 1) store.take({ s: `board:31:${group}`, e: 1, r: group, d: {} });
  const held = store.have();
  assert.ok(held.startsWith("board:31:1.1.1,"));
  assert.ok(held.length <= 4_000 && held.length > 3_900);
  assert.ok(new URLSearchParams({ have: held }).toString().length < 8_000);
});

test("a collection takes changed items, drops removed ones and asks again when it missed something", () => {
  const asked = [];
  const store = new Store((slot) => asked.push(slot));
  const ids = () => [...store.get("board:31:7").items.keys()];
  store.take({ s: "board:31:7", e: 1, from: 88, r: 91, items: { 7: { r: 91 } } });
  assert.deepEqual(asked, ["board:31:7"]);
  store.take({ s: "board:31:7", e: 1, from: 0, r: 90, items: { 5: { r: 80 }, 12: { r: 90, text: "x" } } });
  store.take({ s: "board:31:7", e: 1, from: 88, r: 91, items: { 7: { r: 91 }, 12: null } });
  assert.deepEqual(ids(), ["5", "7"]);
  assert.deepEqual([...store.get("board:31:7").changed], ["7", "12"]);
  store.take({ s: "board:31:7", e: 1, from: 95, r: 99, items: { 5: { r: 99 } } });
  assert.deepEqual(asked, ["board:31:7", "board:31:7"]);
  store.take({ s: "board:31:7", e: 2, from: 0, r: 100, items: { 9: { r: 100 } } });
  assert.deepEqual(ids(), ["9"]);
  assert.ok(!store.take({ s: "board:31:7", e: 1, from: 0, r: 200, items: {} }));
});

test("listeners by beginning hear all slots of a prefix", () => {
  const store = new Store();
  const heard = [];
  const stop = store.on("activity:*", (_, name) => heard.push(name));
  store.take({ s: "activity:1", r: 1, h: "" });
  store.take({ s: "stage", r: 1, d: {} });
  stop();
  store.take({ s: "activity:2", r: 1, h: "" });
  assert.deepEqual(heard, ["activity:1"]);
});

test("a shelf works without storage and keeps other people's things apart", () => {
  const storage = new Storage();
  storage.setItem("plenary:s:8:op:1", "1");
  const mine = shelf(storage);
  mine.set("op:2", { a: 1 });
  assert.deepEqual(mine.keys("op:"), ["op:2"]);
  mine.clear();
  assert.equal(storage.length, 1);
  const blocked = new Shelf("p:", () => {
    throw new Error("blocked");
  });
  blocked.set("a", 1);
  assert.equal(blocked.get("a"), 1);
  assert.deepEqual(blocked.keys(), ["a"]);
  blocked.delete("a");
  assert.equal(blocked.get("a"), undefined);
});

test("a full storage falls back to memory", () => {
  const storage = new Storage();
  storage.setItem = () => {
    throw new Error("full");
  };
  const full = shelf(storage);
  full.set("typed:1", { v: "x" });
  assert.deepEqual(full.get("typed:1"), { v: "x" });
});

test("the counter of an answer never goes back, not over a reload and not behind the server", () => {
  const storage = new Storage();
  const first = new Answers(shelf(storage));
  assert.equal(first.next(31, "q1", 1), 1);
  assert.equal(first.next(31, "q1", 1), 2);
  const second = new Answers(shelf(storage));
  second.take({ 31: { round: 1, q: { q1: { n: 7, v: "a", status: "given" } } } });
  assert.equal(second.next(31, "q1", 1), 8);
  assert.equal(second.next(31, "q1", 2), 1);
});

test("an acked answer counts until the server's own copy is newer; another round has none", () => {
  const answers = new Answers(shelf());
  answers.acked("31", "q1", "1", { n: 3, v: "b" });
  answers.take({ 31: { round: 1, q: { q1: { n: 2, v: "a" } } } });
  assert.equal(answers.saved("31", "q1", "1").v, "b");
  answers.take({ 31: { round: 1, q: { q1: { n: 4, v: "c" } } } });
  assert.equal(answers.saved("31", "q1", "1").v, "c");
  assert.equal(answers.saved("31", "q1", "2"), null);
});

test("what is typed stays until it is sent", () => {
  const storage = new Storage();
  new Answers(shelf(storage)).type(31, "q1", 1, { v: "half a sen" });
  const later = new Answers(shelf(storage));
  assert.deepEqual(later.typed(31, "q1", 1), { v: "half a sen" });
  later.type(31, "q1", 1, null);
  assert.equal(later.typed(31, "q1", 1), undefined);
});

test("fields become raw answers by shape, and back", () => {
  const box = (value, checked) => ({ value, checked });
  assert.equal(read("one", [box("a", false), box("b", true)]), "b");
  assert.equal(read("one", [box("a", false)]), null);
  assert.deepEqual(read("many", [box("a", true), box("b", false), box("c", true)]), ["a", "c"]);
  assert.equal(read("number", [box("3", true)]), 3);
  assert.equal(read("text", [{ value: "  " }]), null);
  assert.equal(read("text", [{ value: " idle GPUs" }]), " idle GPUs");
  assert.deepEqual(read("json", [{ value: "[1,2]" }]), [1, 2]);
  const two = [box("a", true), box("b", false)];
  assert.deepEqual(write("many", two, ["b"]), [{ checked: false }, { checked: true }]);
  assert.deepEqual(write("number", [box("3", false)], 3), [{ checked: true }]);
  assert.deepEqual(write("text", [{ value: "x" }], null), [{ value: "" }]);
  assert.deepEqual(write("json", [{ value: "" }], { a: 1 }), [{ value: '{"a":1}' }]);
  assert.ok(same(undefined, null) && same(["a"], ["a"]) && !same("a", ["a"]));
});

test("sentences take values", () => {
  assert.equal(fill("Saved at %(time)s", { time: "9:55" }), "Saved at 9:55");
  assert.equal(fill("%(who)s", {}), "%(who)s");
  assert.equal(ngettext("one", "many", 2), "many");
});

test("only what comes, goes or moves on the stage is touched", () => {
  assert.deepEqual(changes(["1", "2"], ["1", "3", "2"]), { gone: [], fresh: ["3"] });
  assert.deepEqual(changes(["1", "2"], ["2"]), { gone: ["1"], fresh: [] });
  assert.deepEqual(changes(["1", "2"], ["2", "1"]), { gone: [], fresh: [] });
});

test("an activity for one background is shown to that background", () => {
  const all = [{ id: 1 }, { id: 2, for: ["Finance"] }];
  assert.deepEqual(mine(all, "Finance").map((each) => each.id), [1, 2]);
  assert.deepEqual(mine(all, "").map((each) => each.id), [1]);
});

test("the banner says what waits, or since when the page is alone", () => {
  assert.equal(words(2, "9:55:18", "learner").title, "2 answers waiting");
  assert.equal(words(1, "9:55:18", "learner").text, "No connection. They are kept on this phone and go out by themselves.");
  assert.equal(words(1, "9:55:18", "learner", false).text, "Reconnecting. They are kept on this phone and go out by themselves.");
  assert.equal(words(0, "9:55:18", "learner", false).title, "Reconnecting …");
  assert.equal(words(0, "9:55:18", "learner").text, "This page shows what it had at 9:55:18 and returns by itself.");
  assert.equal(words(0, "9:55:18", "screen").text, "No connection since 9:55:18");
});
