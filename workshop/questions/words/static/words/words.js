/**
 * `<word-cloud data-a="31" data-q="q1">` on the projector: the server has laid it out. While words arrive it is set anew
 * at most every two seconds, and words glide to their new places; in between it stands still, so that it can be read.
 */

import { glide, places } from "../live/js/glide.js";

const REST_MS = 2_000;

/** By question what stands on the wall since when, and what waits. */
const shown = new Map();

class WordCloud extends HTMLElement {
  connectedCallback() {
    const key = `${this.dataset.a}.${this.dataset.q}`;
    const now = performance.now();
    const before = shown.get(key);
    if (!before || before.at + REST_MS <= now) {
      clearTimeout(before?.timer);
      shown.set(key, this.#picture(now));
      return;
    }
    const next = this.#picture(before.at + REST_MS);
    clearTimeout(before.timer);
    this.#put(before);
    before.timer = setTimeout(() => this.#turn(key, next), before.at + REST_MS - now);
  }

  #picture(at) {
    return { at, look: this.className, nodes: [...this.childNodes] };
  }

  #put({ look, nodes }) {
    this.className = look;
    this.replaceChildren(...nodes);
  }

  #turn(key, next) {
    shown.set(key, { ...next, at: performance.now() });
    if (!this.isConnected) return;
    const before = places(this);
    this.#put(next);
    glide(this, before);
  }
}

customElements.define("word-cloud", WordCloud);
