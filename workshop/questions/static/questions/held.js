/**
 * `<held-answers data-a="31">` in the staff's card: single answers, what waits first. One tap shows one, one tap hides
 * one everywhere. The texts come by the collection `answers:31` and are put in as text, never as HTML.
 */

import { plenary } from "../live/js/core.js";
import { gettext } from "../live/js/words.js";

/** Characters from which an answer may be higher than its place. */
const LONG = 200;

const ORDER = { held: 0, given: 1, hidden: 2 };
const SHOWN_AT_ONCE = 200;

class HeldAnswers extends HTMLElement {
  #stop;
  #rows = new Map();

  connectedCallback() {
    if (!this.firstElementChild) this.#build();
    this.#stop = plenary.onSlot(`answers:${this.dataset.a}`, (state) => this.#show(state));
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  #build() {
    const head = document.createElement("div");
    head.className = "row";
    const title = document.createElement("h4");
    title.textContent = gettext("Answers");
    const all = this.#button(gettext("Show all that wait"), () => this.#do("answers.show", null));
    all.classList.add("push");
    all.dataset.part = "all";
    head.append(title, all);
    const list = document.createElement("ul");
    list.className = "held";
    this.append(head, list);
  }

  #button(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  #do(op, ids) {
    return plenary.do(op, { a: Number(this.dataset.a), ids }).catch((no) => plenary.say(no.message));
  }

  #show(state) {
    const items = [...(state?.items ?? new Map())].filter(([, item]) => item);
    const round = Math.max(0, ...items.map(([, item]) => item.round));
    const now = items
      .filter(([, item]) => item.round === round)
      .sort(([a, one], [b, two]) => ORDER[one.status] - ORDER[two.status] || Number(a) - Number(b))
      .slice(0, SHOWN_AT_ONCE);
    this.hidden = now.length === 0;
    this.querySelector("[data-part=all]").hidden = !now.some(([, item]) => item.status === "held");
    this.#arrange(now);
  }

  /** Keep the rows that stay, so that neither focus nor a tap under way is lost. */
  #arrange(items) {
    const list = this.querySelector("ul");
    const wanted = new Set(items.map(([id]) => id));
    for (const [id, row] of this.#rows) {
      if (wanted.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    items.forEach(([id, item], place) => {
      const row = this.#rows.get(id) ?? this.#row(id);
      this.#fill(row, item);
      if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
    });
  }

  #row(id) {
    const row = document.createElement("li");
    const text = document.createElement("bdi");
    const by = document.createElement("small");
    by.className = "dim";
    const act = this.#button("", () => this.#do(row.dataset.status === "given" ? "answers.hide" : "answers.show", [Number(id)]));
    const away = this.#button(gettext("Keep hidden"), () => this.#do("answers.hide", [Number(id)]));
    away.classList.add("quiet");
    row.append(text, by, act, away);
    this.#rows.set(id, row);
    return row;
  }

  #fill(row, item) {
    const [text, by, act, away] = row.children;
    row.dataset.status = item.status;
    text.textContent = item.text;
    // A long one scrolls within its place: by keyboard too.
    if (item.text.length > LONG) text.tabIndex = 0;
    else text.removeAttribute("tabindex");
    by.textContent = item.by ?? "";
    act.textContent = item.status === "given" ? gettext("Hide") : gettext("Show");
    act.setAttribute("aria-label", `${act.textContent}: ${item.text.slice(0, 60)}`);
    away.hidden = item.status !== "held";
  }
}

customElements.define("held-answers", HeldAnswers);
