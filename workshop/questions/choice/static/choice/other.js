/**
 * `<choice-other>`: the last option of a choice and the field for an answer in one's own words. The option's value
 * carries the words (`other:Kubernetes`), so that the form stays a plain list of values.
 */

import { plenary } from "../live/js/core.js";

const PREFIX = "other:";

class ChoiceOther extends HTMLElement {
  #stop;

  connectedCallback() {
    const [option, words] = this.querySelectorAll("input");
    words.addEventListener("input", (event) => {
      event.stopPropagation(); // the option's own event says it, with the whole value
      option.value = words.value.trim() ? PREFIX + words.value.trim() : "other";
      option.checked = true;
      option.dispatchEvent(new Event("input", { bubbles: true }));
    });
    this.#stop = plenary.onSlot("you", () => this.#fill(option, words));
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  /** Put the own answer in, unless the learner is typing here or has not sent what was typed. */
  #fill(option, words) {
    const { a, q, round } = this.dataset;
    if (this.closest("form")?.hasAttribute("data-touched") || words.value) return;
    const mine = plenary.you().answers?.[a];
    if (String(mine?.round) !== round) return;
    const own = [mine.q?.[q]?.v].flat().find((item) => String(item ?? "").startsWith(PREFIX));
    if (own === undefined) return;
    words.value = own.slice(PREFIX.length);
    option.value = own;
    option.checked = true;
  }
}

customElements.define("choice-other", ChoiceOther);
