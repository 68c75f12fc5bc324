/**
 * Ops that have no answer yet. They are sent again with the same id after every reconnect, so nothing is lost and
 * nothing happens twice; those to be kept survive a reload, on a shelf, until they are acked, left or erased.
 */

import { uuid } from "./ids.js";
import { gettext } from "./words.js";

/** The server was busy: worth another try. All other refusals are final. */
const AGAIN = new Set(["busy", "slow_down"]);
/** An act that is not kept is given up when it could not be sent for so long: a late "next phase" would surprise. */
const PATIENCE = 15_000;
/** An answer that takes longer than this is late: nobody is told "sending" any longer. */
const LATE = 5_000;

export class Outbox {
  #entries = new Map();
  #listeners = new Set();
  #shelf;
  #send;
  #env;
  #count = 0;

  /**
   * @param {object} parts
   * @param {import("./shelf.js").Shelf} parts.shelf
   * @param {(frame: object) => boolean} parts.send false when there is no connection
   * @param {object} [parts.env] `now`, `random`, `setTimeout`, `id`
   */
  constructor({ shelf, send, env = {} }) {
    this.#shelf = shelf;
    this.#send = send;
    this.#env = {
      now: Date.now,
      random: Math.random,
      setTimeout: (fn, ms) => globalThis.setTimeout(fn, ms),
      id: uuid,
      ...env,
    };
    this.#restore();
  }

  /** Entries without an answer, oldest first. */
  waiting() {
    return [...this.#entries.values()].sort((a, b) => a.order - b.order);
  }

  /** `fn(event, entry, frame)` with event `added`, `late`, `ok`, `no` or `dropped`; also for entries of an earlier page. */
  on(fn) {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /**
   * Send an op, now or when there is a connection.
   *
   * @param {string} op its name
   * @param {object} payload its fields
   * @param {{key?: string, keep?: boolean}} [how] a later op with the same key takes the place of one not yet
   *   answered; `keep` lets it survive a reload
   * @returns {Promise<object>} the answer's `d`; rejects with `{code, message, d}`
   */
  add(op, payload, { key = "", keep = false } = {}) {
    this.#supersede(key);
    this.#count += 1;
    const entry = { id: this.#env.id(), op, payload, key, keep, at: this.#env.now(), order: this.#env.now() + this.#count / 1e6 };
    const promise = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
    this.#entries.set(entry.id, entry);
    if (keep) this.#shelf.set(`op:${entry.id}`, { id: entry.id, op, payload, key, at: entry.at, order: entry.order });
    this.#tell("added", entry);
    this.#transmit(entry);
    return promise;
  }

  /** Send all that has no answer, once there is a connection again. */
  flush() {
    for (const entry of this.waiting()) {
      if (!entry.keep && this.#env.now() - entry.at > PATIENCE) this.#giveUp(entry);
      else this.#transmit(entry);
    }
  }

  /** Give up acts that nobody expects any more. Called from time to time while there is no connection. */
  expire() {
    for (const entry of this.waiting()) {
      if (!entry.keep && this.#env.now() - entry.at > PATIENCE) this.#giveUp(entry);
    }
  }

  /**
   * Look what is late, and tell it once. Called from time to time.
   *
   * @returns {boolean} whether something has just become late
   */
  look() {
    const late = this.waiting().filter((entry) => !entry.late && this.#env.now() - entry.at > LATE);
    for (const entry of late) {
      entry.late = true;
      this.#tell("late", entry);
    }
    return late.length > 0;
  }

  /** Take an `ok` or `no` frame. @returns {boolean} whether it belonged to an entry */
  answer(frame) {
    const entry = this.#entries.get(frame.id);
    if (!entry) return false;
    if (frame.t === "no" && AGAIN.has(frame.code)) {
      entry.tries = (entry.tries ?? 0) + 1;
      const wait = (1 + this.#env.random()) * Math.min(8_000, 500 * 2 ** entry.tries);
      this.#env.setTimeout(() => this.#entries.has(entry.id) && this.#transmit(entry), wait);
      return true;
    }
    this.#remove(entry);
    this.#tell(frame.t, entry, frame);
    if (frame.t === "ok") entry.resolve?.(frame.d ?? {});
    else entry.reject?.({ code: frame.code, message: frame.message, d: frame.d ?? {} });
    return true;
  }

  /** Forget everything, on the shelf too: the person has left. */
  clear() {
    for (const entry of this.waiting()) this.#remove(entry);
    this.#shelf.clear();
  }

  #restore() {
    for (const key of this.#shelf.keys("op:")) {
      const kept = this.#shelf.get(key);
      if (kept?.id && kept.op) this.#entries.set(kept.id, { ...kept, keep: true, restored: true });
      else this.#shelf.delete(key);
    }
  }

  #supersede(key) {
    if (!key) return;
    for (const entry of this.waiting()) {
      if (entry.key !== key) continue;
      this.#remove(entry);
      this.#tell("dropped", entry);
      entry.resolve?.({ superseded: true });
    }
  }

  #transmit(entry) {
    entry.sent = this.#send({ t: "do", id: entry.id, op: entry.op, ...entry.payload }) || entry.sent;
  }

  #giveUp(entry) {
    this.#remove(entry);
    // What went out may have arrived: only its answer is missing.
    const message = entry.sent
      ? gettext("No answer came. Please look whether this was done.")
      : gettext("No connection. This was not done.");
    const frame = { t: "no", code: "unsent", message };
    this.#tell("no", entry, frame);
    entry.reject?.({ ...frame, d: {} });
  }

  #remove(entry) {
    this.#entries.delete(entry.id);
    if (entry.keep) this.#shelf.delete(`op:${entry.id}`);
  }

  #tell(event, entry, frame) {
    for (const fn of [...this.#listeners]) fn(event, entry, frame);
  }
}
