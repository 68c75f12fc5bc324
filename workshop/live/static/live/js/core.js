/**
 * The core of every live page. Kinds import `plenary` from here and nothing else.
 *
 * The page says what it is on its body: `data-session` (public id), `data-as` (learner, staff or screen) and `data-who`
 * (whose unsent acts are kept here, for instance the seat).
 */

import { Answers } from "./answers.js";
import { Ask } from "./ask.js";
import { Clock } from "./clock.js";
import { Connection } from "./connection.js";
import { Outbox } from "./outbox.js";
import { say } from "./say.js";
import { Shelf } from "./shelf.js";
import { Slots } from "./slots.js";
import { Standing } from "./standing.js";
import { Store } from "./store.js";

const page = document.body.dataset;
const right = page.as || "learner";
const base = `/live/${page.session}`;
const shelf = new Shelf(`plenary:${page.session}:${page.who || right}:`);
const clock = new Clock();
const watched = new Set();
const listeners = new Set();
const store = new Store((slot) => connection.send({ t: "resync", s: slot }));

function address() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/ws/session/${page.session}/?${query()}`;
}

function query() {
  return new URLSearchParams({ as: right, view: "html", have: store.have() }).toString();
}

function receive(frame) {
  if (frame.t === "slot") store.take(frame);
  else if (frame.t === "ok" || frame.t === "no") answered(frame);
  else if (frame.t === "hello") greeted(frame);
  // Unknown frames are of a newer server: ignored.
}

function greeted(frame) {
  for (const slot of frame.slots ?? []) store.take(slot);
  for (const slot of watched) connection.send({ t: "watch", s: slot });
  outbox.flush();
}

function answered(frame) {
  if (!outbox.answer(frame) && frame.t === "no" && frame.message) say(frame.message);
}

const CODES = new Map([[401, 4401], [403, 4403], [404, 4404]]);
/** A server that takes a request and never answers is not waited for. */
const PATIENCE_MS = 10_000;
const patience = () => AbortSignal.timeout?.(PATIENCE_MS);
const http = {
  async slots() {
    const response = await fetch(`${base}/slots/?${query()}`, { headers: { Accept: "application/json" }, signal: patience() });
    const later = Number(response.headers.get("Retry-After")) * 1000 || undefined;
    if (response.status === 204) return { code: 204 };
    if (response.status !== 200) return { code: CODES.get(response.status) ?? 0, again: later };
    const { slots, again } = await response.json();
    return { code: 200, again: again * 1000, frame: { t: "hello", slots } };
  },
  async do(frame) {
    const response = await fetch(`${base}/do/?as=${right}&view=html`, {
      method: "POST",
      // A header that no foreign form can set: the server's proof that this page is its own.
      headers: { "Content-Type": "application/json", "X-Requested-With": "plenary" },
      body: JSON.stringify(frame),
      signal: patience(),
    });
    return { ...(await response.json()), id: frame.id };
  },
};

const standing = document.getElementById("standing");
const connection = page.session
  ? new Connection({
      url: address,
      receive,
      changed: () => tell(),
      time: ({ now, at = null }) => clock.exchange(now, at),
      http,
    })
  : new Standing({ receive, page: standing && JSON.parse(standing.textContent) });
const outbox = new Outbox({ shelf, send: (frame) => connection.send(frame) });

function tell() {
  for (const fn of [...listeners]) fn(connection.state, connection.code);
}

export const plenary = {
  /** Who this page is for: learner, staff or screen. */
  as: right,
  session: page.session,
  outbox,

  /**
   * Do something: sent now, or kept until there is a connection.
   *
   * @param {string} op name of the op
   * @param {object} [payload] its fields
   * @param {{key?: string, keep?: boolean}} [how] `key`: a later one takes its place while it waits; `keep`: survives a
   *   reload (default for learners)
   * @returns {Promise<object>} the answer; rejects with `{code, message, d}`
   */
  do(op, payload = {}, how = {}) {
    return outbox.add(op, payload, { keep: right === "learner", ...how });
  },

  /** Be told of a slot, now (when it is known) and at each change: `fn(state, name)`. @returns {() => void} stops it */
  onSlot(name, fn) {
    const stop = store.on(name, fn);
    if (!name.endsWith("*") && store.get(name)) fn(store.get(name), name);
    return stop;
  },

  /** The newest state of a slot, or undefined. */
  slot: (name) => store.get(name),

  /** Ask for a slot outside the page's own audience. */
  watch(name) {
    watched.add(name);
    connection.send({ t: "watch", s: name });
  },

  unwatch(name) {
    watched.delete(name);
    connection.send({ t: "unwatch", s: name });
  },

  say,

  /** The own slot's data: name, seat, groups, answers, notes. Empty before the first frame. */
  you: () => store.get("you")?.d ?? {},

  /** The server's time in ms. */
  now: () => clock.now(),

  connected: () => connection.alive,

  /** Whether the page asks by HTTP because sockets are blocked. */
  polling: () => connection.state === "polling",

  /** Be told of the connection: `fn(state, closeCode)`, see connection.js. */
  onConnection(fn) {
    listeners.add(fn);
    fn(connection.state, connection.code);
    return () => listeners.delete(fn);
  },

  /** Leave: nothing is sent any more and nothing stays on this device. */
  leave() {
    outbox.clear();
    shelf.clear();
    connection.stop();
  },

  /** Connect again after the end (the fifth window). */
  again() {
    connection.start();
  },
};

plenary.slots = new Slots(store);
plenary.shelf = shelf;
plenary.ask = new Ask(plenary, new Answers(shelf), plenary.slots);

if (page.session) {
  const wake = () => document.visibilityState === "visible" && connection.check();
  document.addEventListener("visibilitychange", wake);
  addEventListener("pageshow", (event) => event.persisted && connection.check());
  addEventListener("online", () => connection.check());
  addEventListener("offline", () => connection.check());
  setInterval(() => {
    // What was sent and is not answered: is anybody there?
    if (outbox.look() && connection.alive) connection.check();
    if (!connection.alive) outbox.expire();
  }, 1_000);
  connection.start();
} else {
  shelf.clear();
  connection.start();
}
