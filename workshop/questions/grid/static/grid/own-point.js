/** `<own-point data-a data-q>` in a result marks the learner's own places on the plane. */

import { plenary } from "../live/js/core.js";
import { make } from "../live/js/dom.js";
import { put } from "./places.js";

class OwnPoint extends HTMLElement {
  #stop;

  connectedCallback() {
    this.#stop = plenary.onSlot("you", () => this.#show());
    this.#show();
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  #show() {
    const { a, q, last = "20" } = this.dataset;
    const own = plenary.you().answers?.[a]?.q?.[q];
    const places = own && own.status !== "withdrawn" ? Object.values(own.v ?? {}) : [];
    this.hidden = !places.length;
    this.replaceChildren(...places.map(() => make("i.own-ring")));
    [...this.children].forEach((ring, at) => put(ring, places[at], Number(last)));
  }
}

customElements.define("own-point", OwnPoint);
