/**
 * `<own-answer data-a="31" data-q="q1" data-v="b" hidden>` in a result shows itself where the learner's own answer is
 * that value. The result is the same HTML for everybody; what is one's own comes from the slot `you`.
 */

import { plenary } from "../live/js/core.js";

const items = (value) => (Array.isArray(value) ? value : [value]).map(String);

class OwnAnswer extends HTMLElement {
  #stop;

  connectedCallback() {
    this.#stop = plenary.onSlot("you", () => this.#show());
    this.#show();
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  #show() {
    const { a, q, v } = this.dataset;
    const own = plenary.you().answers?.[a]?.q?.[q];
    const chosen = own && own.status !== "withdrawn" && own.v !== null ? items(own.v) : [];
    this.hidden = !chosen.some((item) => item === v || item.startsWith(`${v}:`));
    this.closest("li")?.classList.toggle("mine", !this.hidden);
  }
}

customElements.define("own-answer", OwnAnswer);
