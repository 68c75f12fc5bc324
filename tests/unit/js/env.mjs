/** A clock, timers, storage and sockets under the test's hand. */

export class Time {
  at = 1_000_000;
  #timers = new Map();
  #next = 1;

  now = () => this.at;

  setTimeout = (fn, ms) => {
    this.#next += 1;
    this.#timers.set(this.#next, { fn, at: this.at + ms });
    return this.#next;
  };

  clearTimeout = (id) => this.#timers.delete(id);

  /** Let `ms` pass; timers fire in order. */
  pass(ms) {
    const end = this.at + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.at = Math.max(this.at, due[1].at);
      due[1].fn();
    }
    this.at = end;
  }

  /** The device sleeps: time goes on, timers do not. */
  sleep(ms) {
    this.at += ms;
  }
}

export class Storage {
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  key = (index) => [...this.#items.keys()][index];
  getItem = (key) => this.#items.get(key) ?? null;
  setItem = (key, value) => this.#items.set(key, String(value));
  removeItem = (key) => this.#items.delete(key);
}

export class Socket {
  static all = [];
  sent = [];
  closed = null;

  constructor(url, protocol) {
    Object.assign(this, { url, protocol });
    Socket.all.push(this);
  }

  static get last() {
    return Socket.all.at(-1);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    this.closed = code;
  }

  says(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  ends(code = 1006) {
    this.onclose?.({ code });
  }
}
