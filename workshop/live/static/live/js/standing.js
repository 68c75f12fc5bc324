/**
 * In place of a connection on a page that belongs to no session, such as a preview: what it would have been sent stands
 * in the page as JSON, `{slots, answer, later}`, and the page answers its own acts.
 */

export class Standing {
  state = "waiting";
  code = 0;
  #page;
  #receive;

  /** @param {{receive: (frame: object) => void, page: object | null}} parts */
  constructor({ receive, page }) {
    this.#receive = receive;
    this.#page = { slots: [], ...page };
    if (page) this.state = "open";
  }

  get alive() {
    return this.state === "open";
  }

  /** The first time all that is known; after that one of the frames that come later. */
  start() {
    const { slots, later = [] } = this.#page;
    if (slots) {
      delete this.#page.slots;
      this.#receive({ t: "hello", slots });
    } else if (later.length) this.#receive(later.shift());
  }

  send(frame) {
    if (frame.t === "do" && this.alive) {
      queueMicrotask(() => this.#receive({ t: "ok", d: {}, ...this.#page.answer, id: frame.id }));
    }
    return this.alive;
  }

  check() {}

  stop() {
    this.state = "stopped";
  }
}
