/** `<own-points data-a="31">`: a learner's own points, once the right answers are known. */

import { plenary } from "../live/js/core.js";

class OwnPoints extends HTMLElement {
  #stop;

  connectedCallback() {
    this.setAttribute("role", "status");
    this.#stop = plenary.onSlot("you", () => this.#show());
    this.#show();
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  #show() {
    const mine = plenary.you().quiz?.[this.dataset.a];
    this.hidden = !mine;
    if (mine) this.textContent = this.dataset.text.replace("%(points)s", mine.points).replace("%(of)s", mine.of);
  }
}

customElements.define("own-points", OwnPoints);
