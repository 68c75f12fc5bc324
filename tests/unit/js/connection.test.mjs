import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Connection } from "../../../workshop/live/static/live/js/connection.js";
import { Outbox } from "../../../workshop/live/static/live/js/outbox.js";
import { Shelf } from "../../../workshop/live/static/live/js/shelf.js";
import { Socket, Storage, Time } from "./env.mjs";

let time;
let frames;
let states;

beforeEach(() => {
  Socket.all = [];
  time = new Time();
  frames = [];
  states = [];
});

function connect(http = null, random = () => 1) {
  const connection = new Connection({
    url: () => "ws://x/",
    receive: (frame) => frames.push(frame),
    changed: () => states.push(connection.state),
    http,
    env: { WebSocket: Socket, random, now: time.now, setTimeout: time.setTimeout, clearTimeout: time.clearTimeout },
  });
  connection.start();
  return connection;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("it is open from the hello on, with its subprotocol", () => {
  const connection = connect();
  assert.equal(Socket.last.protocol, "plenary.v1");
  assert.equal(connection.send({ t: "do" }), false);
  Socket.last.says({ t: "hello", now: 5, slots: [] });
  assert.deepEqual(states, ["open"]);
  assert.equal(connection.send({ t: "do", id: "1" }), true);
  assert.deepEqual(Socket.last.sent.at(-1), { t: "do", id: "1" });
});

test("a ping is answered from the message handler, unknown frames reach the page, junk does not", () => {
  connect();
  Socket.last.says({ t: "hello" });
  Socket.last.says({ t: "ping", now: 9 });
  assert.deepEqual(Socket.last.sent.at(-1), { t: "pong" });
  Socket.last.onmessage({ data: "{" });
  Socket.last.says({ t: "new" });
  assert.deepEqual(frames.map((frame) => frame.t), ["hello", "new"]);
});

test("it comes back at once, then ever more slowly up to ten seconds", () => {
  connect();
  Socket.last.says({ t: "hello" });
  Socket.last.ends();
  time.pass(0);
  assert.equal(Socket.all.length, 2);
  const waits = [];
  for (let i = 0; i < 8; i += 1) {
    const before = Socket.all.length;
    Socket.last.ends();
    const from = time.at;
    while (Socket.all.length === before) time.pass(10);
    waits.push(time.at - from);
  }
  assert.deepEqual(waits, [300, 600, 1_200, 2_400, 4_800, 9_600, 10_000, 10_000]);
});

test("five seconds without a hello are enough", () => {
  connect();
  time.pass(4_990);
  assert.equal(Socket.all.length, 1);
  time.pass(400);
  assert.equal(Socket.all.length, 2);
  assert.equal(Socket.all[0].closed, 3000);
});

test("a restart spreads its people over the width it names", () => {
  connect(null, () => 0.5);
  Socket.last.says({ t: "hello" });
  Socket.last.says({ t: "bye", code: 4412, within: 10_000 });
  Socket.last.ends(4412);
  time.pass(5_900);
  assert.equal(Socket.all.length, 1);
  time.pass(200);
  assert.equal(Socket.all.length, 2);
});

test("removed, not joined, no session, too many windows: stopped for good", () => {
  for (const code of [4401, 4403, 4404, 4409]) {
    const connection = connect();
    const before = Socket.all.length;
    Socket.last.says({ t: "hello" });
    Socket.last.ends(code);
    time.pass(100_000);
    assert.deepEqual([connection.state, connection.code, Socket.all.length], ["stopped", code, before]);
  }
});

test("after sleep it asks whether anybody is there, and reconnects when not", () => {
  const connection = connect();
  Socket.last.says({ t: "hello" });
  time.sleep(3_600_000);
  connection.check();
  assert.equal(Socket.last.sent.at(-1).t, "ping");
  time.pass(10);
  assert.equal(Socket.all.length, 2); // the clock jumped too
});

test("silence is asked about, and without an answer ended within 20 s", () => {
  connect();
  Socket.last.says({ t: "hello" });
  time.pass(10_000);
  Socket.last.says({ t: "ping" });
  time.pass(11_000);
  assert.equal(Socket.all.length, 1);
  time.pass(9_000);
  assert.equal(Socket.all.length, 2);
});

test("a late ping of a busy server is no reason to go: any word will do", () => {
  connect();
  Socket.last.says({ t: "hello" });
  time.pass(15_500);
  assert.equal(Socket.last.sent.at(-1).t, "ping");
  Socket.last.says({ t: "pong", now: 1 });
  time.pass(9_000);
  assert.equal(Socket.all.length, 1);
});

test("a network that came back is used at once", () => {
  const connection = connect();
  for (let i = 0; i < 6; i += 1) {
    Socket.last.ends();
    if (i < 5) time.pass(10_000);
  }
  const before = Socket.all.length;
  connection.check();
  assert.equal(Socket.all.length, before + 1);
});

test("blocked sockets: it asks by HTTP, acts by HTTP, and still tries the socket", async () => {
  const posted = [];
  const http = {
    slots: async () => ({ code: 200, frame: { t: "hello", now: 1, slots: [1] }, again: 4_000 }),
    do: async (frame) => {
      posted.push(frame);
      return { t: "ok", id: frame.id };
    },
  };
  const connection = connect(http);
  Socket.last.ends();
  time.pass(400);
  Socket.last.ends();
  await turn();
  assert.equal(connection.state, "polling");
  assert.deepEqual(frames.map((frame) => frame.slots), [[1]]);
  assert.equal(connection.send({ t: "do", id: "7" }), true);
  await turn();
  assert.deepEqual([posted.length, frames.at(-1)], [1, { t: "ok", id: "7" }]);
  const before = Socket.all.length;
  time.pass(46_000);
  assert.equal(Socket.all.length, before + 1);
  Socket.last.says({ t: "hello" });
  assert.equal(connection.state, "open");
});

test("no network at all is waiting, not polling", async () => {
  const connection = connect({ slots: async () => Promise.reject(new TypeError("failed")), do: async () => ({}) });
  for (let i = 0; i < 3; i += 1) {
    Socket.last.ends();
    time.pass(60_000);
    await turn();
  }
  assert.equal(connection.alive, false);
  assert.equal(connection.send({ t: "do" }), false);
});

test("a server that was away and answers again is connected to at once, not after half a minute", async () => {
  let up = false;
  const http = { slots: async () => (up ? { code: 204 } : Promise.reject(new TypeError("failed"))), do: async () => ({}) };
  const connection = connect(http);
  Socket.last.says({ t: "hello" });
  for (let i = 0; i < 6; i += 1) {
    Socket.last.ends();
    time.pass(10_000);
    await turn();
  }
  assert.equal(connection.state, "waiting");
  up = true;
  time.pass(5_000);
  await turn();
  assert.equal(connection.state, "polling");
  const before = Socket.all.length;
  time.pass(2_100);
  assert.equal(Socket.all.length, before + 1);
  Socket.last.says({ t: "hello" });
  assert.equal(connection.state, "open");
});

test("what has no answer after five seconds is late, and told once", () => {
  const { box } = outbox(new Storage());
  const told = [];
  box.on((event, entry) => told.push([event, entry.op]));
  box.add("respond", { n: 1 });
  time.pass(4_000);
  assert.equal(box.look(), false);
  time.pass(2_000);
  assert.equal(box.look(), true);
  assert.equal(box.look(), false);
  assert.deepEqual(told, [["added", "respond"], ["late", "respond"]]);
});

test("an act that went out without an answer is not said to be undone", async () => {
  const { box, line } = outbox(new Storage());
  const next = box.add("session.next", {});
  line.up = false;
  time.pass(16_000);
  box.expire();
  await assert.rejects(next, { code: "unsent", message: "No answer came. Please look whether this was done." });
});

function outbox(storage, { up = true, random = () => 0 } = {}) {
  const line = { up, sent: [] };
  let ids = 0;
  const box = new Outbox({
    shelf: new Shelf("p:", () => storage),
    send: (frame) => line.up && Boolean(line.sent.push(frame)),
    env: { now: time.now, setTimeout: time.setTimeout, random, id: () => `${storage.tag ?? ""}${(ids += 1)}` },
  });
  return { box, line };
}

test("what has no answer goes out again with the same id", async () => {
  const { box, line } = outbox(new Storage());
  const done = box.add("hand", { up: true });
  box.flush();
  assert.deepEqual(line.sent, [{ t: "do", id: "1", op: "hand", up: true }, { t: "do", id: "1", op: "hand", up: true }]);
  box.answer({ t: "ok", id: "1", d: { r: 3 } });
  assert.deepEqual(await done, { r: 3 });
  box.flush();
  assert.equal(line.sent.length, 2);
});

test("what is kept survives a reload, and is gone once it is acked", () => {
  const storage = new Storage();
  outbox(storage, { up: false }).box.add("respond", { n: 1 }, { keep: true });
  const { box, line } = outbox(storage);
  const told = [];
  box.on((event, entry) => told.push([event, entry.op]));
  box.flush();
  assert.deepEqual(line.sent.map((frame) => frame.n), [1]);
  box.answer({ t: "ok", id: "1" });
  assert.deepEqual(told, [["ok", "respond"]]);
  assert.equal(outbox(storage).box.waiting().length, 0);
});

test("a later answer takes the place of one that waits", async () => {
  const storage = new Storage();
  const { box, line } = outbox(storage, { up: false });
  const first = box.add("respond", { n: 1 }, { key: "31.q1", keep: true });
  box.add("respond", { n: 2 }, { key: "31.q1", keep: true });
  assert.deepEqual(await first, { superseded: true });
  line.up = true;
  box.flush();
  assert.deepEqual(line.sent.map((frame) => frame.n), [2]);
});

test("a refusal reaches the one who asked; busy is tried again", async () => {
  const { box, line } = outbox(new Storage());
  const refused = box.add("respond", { n: 1 });
  box.answer({ t: "no", id: "1", code: "busy" });
  assert.equal(line.sent.length, 1);
  time.pass(1_000);
  assert.equal(line.sent.length, 2);
  box.answer({ t: "no", id: "1", code: "closed", message: "Closed." });
  await assert.rejects(refused, { code: "closed", message: "Closed." });
});

test("an act that nobody expects any more is given up", async () => {
  const { box, line } = outbox(new Storage(), { up: false });
  const next = box.add("session.next", {});
  time.pass(16_000);
  line.up = true;
  box.flush();
  assert.deepEqual(line.sent, []);
  await assert.rejects(next, { code: "unsent" });
});

test("leaving forgets everything", () => {
  const storage = new Storage();
  const { box } = outbox(storage, { up: false });
  box.add("respond", { n: 1 }, { keep: true });
  box.clear();
  assert.equal(storage.length, 0);
});
