/**
 * The one connection of a page: a WebSocket, or polling over plain HTTP where sockets are blocked.
 *
 * It reconnects at once, then with full jitter from 0.3 to 10 s; after sleep, a clock that jumped or a network that
 * came back it does so without being asked. It knows nothing of slots and ops: frames go out by `receive`.
 *
 * States: `connecting`, `open`, `polling` (alive, by HTTP), `waiting` (between two tries), `stopped` (for good).
 */

const CONNECT_MS = 5_000;
const FIRST_MS = 300;
const LONGEST_MS = 10_000;
/** The server pings every 10 s: after that the page asks, and believes that nobody is there within 20 s. */
const SILENCE_MS = 11_000;
const TICK_MS = 5_000;
const JUMP_MS = 20_000;
const PROBE_MS = 3_000;
/** Sockets that never got through before the page asks by HTTP. */
const BLOCKED_AFTER = 2;
const RETRY_SOCKET_MS = 30_000;
/** The server is back: all pages know it by their next question, and need not take the socket at the same moment. */
const BACK_MS = 2_000;
const ASK_AGAIN_MS = 4_000;
/** Closed for good: the page must say why and stop. */
const FINAL = new Set([4401, 4403, 4404, 4409]);
/** The server wants a longer pause: flooding, too big, malformed. */
const SLOWLY = new Map([[4429, 8_000], [4419, 5_000], [4400, 5_000], [4413, 3_000]]);

export class Connection {
  /** What the page may show: see the head of this file. */
  state = "connecting";
  /** Close code of the last end. */
  code = 0;
  #socket = null;
  #timers = new Map();
  #failures = 0;
  #blocked = 0;
  #heard = 0;
  #ticked = 0;
  #within = 0;
  #everOpen = false;
  #polling = false;
  /** Whether the last question by HTTP was answered. */
  #answered = false;

  /**
   * @param {object} parts
   * @param {() => string} parts.url address of the socket, with `have`
   * @param {(frame: object) => void} parts.receive each frame but ping, pong and bye
   * @param {() => void} parts.changed the state has changed
   * @param {(frame: {now: number, at?: number}) => void} [parts.time] an exchange of time
   * @param {{slots: () => Promise<{code: number, frame?: object, again?: number}>, do: (frame: object) =>
   *   Promise<object>}} [parts.http] the way without a socket
   * @param {object} [parts.env] `WebSocket`, `now`, `random`, `setTimeout`, `clearTimeout`
   */
  constructor({ url, receive, changed, time = () => {}, http = null, env = {} }) {
    this.url = url;
    this.receive = receive;
    this.changed = changed;
    this.time = time;
    this.http = http;
    this.env = {
      WebSocket: globalThis.WebSocket,
      now: Date.now,
      random: Math.random,
      setTimeout: (fn, ms) => globalThis.setTimeout(fn, ms),
      clearTimeout: (timer) => globalThis.clearTimeout(timer),
      ...env,
    };
  }

  /** Begin. */
  start() {
    this.#ticked = this.env.now();
    this.#after("tick", TICK_MS, () => this.#tick());
    this.#connect();
  }

  /** End for good, for instance because the person leaves. */
  stop(code = 0) {
    this.code = code;
    for (const name of [...this.#timers.keys()]) this.#cancel(name);
    this.#polling = false;
    this.#drop(1000);
    this.#become("stopped");
  }

  /** Whether frames can go out now. */
  get alive() {
    return this.state === "open" || this.state === "polling";
  }

  /** @returns {boolean} whether the frame is on its way */
  send(frame) {
    if (this.state === "open") {
      this.#socket.send(JSON.stringify(frame));
      return true;
    }
    if (this.state !== "polling") return false;
    if (frame.t !== "do") return true;
    this.#post(frame);
    return true;
  }

  /** The page woke up, came back or the network did: make sure that the connection is alive. */
  check() {
    if (this.state === "stopped") return;
    if (this.state === "waiting") {
      this.#failures = 0;
      this.#cancel("retry");
      this.#connect();
    } else if (this.state === "open") {
      this.#probe();
    } else if (this.state === "polling") {
      this.#cancel("poll");
      this.#poll();
    }
  }

  #connect() {
    this.#cancel("retry");
    this.#drop(3000);
    if (!this.#polling) this.#become("connecting");
    let socket;
    try {
      socket = new this.env.WebSocket(this.url(), "plenary.v1");
    } catch {
      this.#ended(null, 1006);
      return;
    }
    this.#socket = socket;
    let hello = false;
    this.#after("connect", CONNECT_MS, () => this.#ended(socket, 1006));
    socket.onmessage = (event) => {
      if (socket !== this.#socket) return;
      this.#heard = this.env.now();
      this.#cancel("probe");
      hello = this.#take(event.data, hello);
    };
    socket.onclose = (event) => this.#ended(socket, event.code);
    socket.onerror = () => {};
  }

  /** @returns {boolean} whether the hello has come */
  #take(text, hello) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return hello; // a newer server may say things that this page does not know
    }
    if (frame.t === "ping") {
      // Answered from the message handler: timers of a hidden tab run once a minute, message events do not wait.
      this.#socket.send('{"t":"pong"}');
      if (frame.now) this.time({ now: frame.now });
    } else if (frame.t === "pong") {
      this.time(frame);
    } else if (frame.t === "bye") {
      this.#within = frame.within ?? 0;
    } else if (frame.t === "hello") {
      this.#greeted(frame);
      return true;
    } else {
      this.receive(frame);
    }
    return hello;
  }

  #greeted(frame) {
    this.#cancel("connect");
    this.#failures = 0;
    this.#blocked = 0;
    this.#within = 0;
    this.#everOpen = true;
    this.#polling = this.#answered = false;
    this.#cancel("poll");
    if (frame.now) this.time({ now: frame.now });
    this.code = 0;
    this.state = "open";
    this.#socket.send(JSON.stringify({ t: "ping", at: this.env.now() }));
    this.receive(frame);
    this.changed();
  }

  /** A socket has ended, or was given up. */
  #ended(socket, code) {
    if (socket !== this.#socket) return;
    const was = this.state;
    this.#cancel("connect");
    this.#cancel("probe");
    this.#drop(3000);
    this.code = code;
    if (FINAL.has(code)) {
      this.stop(code);
      return;
    }
    if (was !== "open") this.#blocked += 1;
    if (this.http && !this.#polling && this.#blocked >= (this.#everOpen ? 2 * BLOCKED_AFTER : BLOCKED_AFTER)) {
      this.#polling = true;
      this.#poll();
    }
    if (!this.#polling) this.#become("waiting");
    this.#after("retry", this.#pause(was, code), () => this.#connect());
  }

  #pause(was, code) {
    if (this.#polling && this.#answered) return RETRY_SOCKET_MS * (0.5 + this.env.random());
    const within = this.#within || SLOWLY.get(code) || 0;
    this.#within = 0;
    if (within) return within * (0.2 + 0.8 * this.env.random());
    if (was === "open") return 0;
    const widest = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    return widest * this.env.random();
  }

  /** Is the other side there? Any word within three seconds will do. */
  #probe() {
    if (this.env.now() - this.#heard < 1_000 || this.#timers.has("probe")) return;
    const socket = this.#socket;
    socket.send(JSON.stringify({ t: "ping", at: this.env.now() }));
    this.#after("probe", PROBE_MS, () => this.#ended(socket, 1006));
  }

  /** Every five seconds: did the device sleep, is the server silent? */
  #tick() {
    const now = this.env.now();
    const jumped = Math.abs(now - this.#ticked - TICK_MS) > JUMP_MS;
    this.#ticked = now;
    this.#after("tick", TICK_MS, () => this.#tick());
    if (this.state === "open" && jumped) this.#ended(this.#socket, 1006);
    else if (jumped) this.check();
    else if (this.state === "open" && now - this.#heard > SILENCE_MS) this.#probe();
  }

  async #poll() {
    this.#cancel("poll");
    let answer;
    try {
      answer = await this.http.slots();
    } catch {
      answer = { code: 0 };
    }
    if (!this.#polling) return;
    if (FINAL.has(answer.code)) {
      this.stop(answer.code);
      return;
    }
    this.#after("poll", (answer.again ?? ASK_AGAIN_MS) * (0.9 + 0.2 * this.env.random()), () => this.#poll());
    if (!answer.code) {
      this.#answered = false;
      this.#become("waiting");
      return;
    }
    if (!this.#answered) {
      this.#answered = true;
      // Had it been open before, not the socket was blocked: the server was away.
      this.#after("retry", this.#everOpen ? BACK_MS * this.env.random() : this.#pause("polling", 0), () => this.#connect());
    }
    if (answer.frame?.now) this.time({ now: answer.frame.now });
    const fresh = this.state !== "polling";
    this.state = "polling";
    if (answer.frame) this.receive(answer.frame);
    if (fresh) {
      if (!answer.frame) this.receive({ t: "hello", slots: [] });
      this.changed();
    }
  }

  async #post(frame) {
    try {
      this.receive(await this.http.do(frame));
    } catch {
      if (this.state === "polling") this.#become("waiting");
      return;
    }
    // What the act changed is worth asking for at once.
    this.#after("poll", 50, () => this.#poll());
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.changed();
  }

  #drop(code) {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = socket.onerror = null;
    try {
      socket.close(code);
    } catch {
      // Already closed, or never opened.
    }
  }

  #after(name, ms, fn) {
    this.#cancel(name);
    this.#timers.set(name, this.env.setTimeout(() => {
      this.#timers.delete(name);
      fn();
    }, ms));
  }

  #cancel(name) {
    if (!this.#timers.has(name)) return;
    this.env.clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
