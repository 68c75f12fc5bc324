/**
 * `<own-part data-a="31" data-q="q1" data-at="b" data-form="your place: %(v)s" hidden>` in a result says what the
 * learner's own answer has for one option: its place in a list, or the value under that name (a dot goes
 * one level deeper). Without `data-at` it is the whole answer. `data-words` may hold a JSON object that turns values into words. The result is the same HTML for
 * everybody; what is one's own comes from the slot `you`.
 */

import { plenary } from "../live/js/core.js";
import { fill } from "../live/js/words.js";

/** What an answer has under a name: a place from 1 in a list, or a value. @returns {unknown} undefined for nothing */
export function partOf(value, at) {
  if (value === null || value === undefined || at === undefined) return value ?? undefined;
  if (Array.isArray(value)) return value.includes(at) ? value.indexOf(at) + 1 : undefined;
  return at.split(".").reduce((part, name) => part?.[name], value) ?? undefined;
}

class OwnPart extends HTMLElement {
  #stop;

  connectedCallback() {
    this.#stop = plenary.onSlot("you", () => this.#show());
    this.#show();
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  #show() {
    const { a, q, at, form = "%(v)s", words } = this.dataset;
    const own = plenary.you().answers?.[a]?.q?.[q];
    const part = own && own.status !== "withdrawn" ? partOf(own.v, at) : undefined;
    this.hidden = part === undefined || part === 0;
    const said = words ? (JSON.parse(words)[String(part)] ?? part) : part;
    this.textContent = this.hidden ? "" : fill(form, { v: Array.isArray(said) ? said.join(", ") : said });
    this.closest("li, tr")?.classList.toggle("mine", !this.hidden);
  }
}

customElements.define("own-part", OwnPart);
