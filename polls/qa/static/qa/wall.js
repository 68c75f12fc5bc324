/** `<question-wall data-a="31">` on the projector: one question alone, or those with the most votes that fit. */

import { plenary } from "../live/js/core.js";
import { make } from "../live/js/dom.js";
import { fill, gettext } from "../live/js/words.js";
import { categoriesOf, facts, ranked, Rows, votes } from "./list.js";

class QuestionWall extends HTMLElement {
  #stop;
  #sized = new ResizeObserver(() => this.#fit());

  connectedCallback() {
    this.titles = categoriesOf(this);
    this.view = this.querySelector("[data-slot]");
    this.list = make("ol.qa-wall");
    this.none = make("p.dim", { text: this.dataset.empty });
    this.more = make("p.qa-more.num", { hidden: true });
    this.view.replaceChildren(this.none, this.list, this.more);
    this.rows = new Rows(this.list, () => this.#row(), (row, q) => this.#show(row, q));
    this.#stop = plenary.onSlot(`asked:${this.dataset.a}`, (state) => this.#paint(state?.items ?? new Map()));
    this.#sized.observe(this);
  }

  disconnectedCallback() {
    this.#stop?.();
    this.#sized.disconnect();
  }

  #paint(items) {
    const alone = this.dataset.show;
    const all = ranked(items).filter(([id, q]) => (alone ? id === alone : !q.done));
    this.list.classList.toggle("alone", Boolean(alone));
    this.rows.paint(all);
    this.none.hidden = all.length > 0;
    this.#fit();
  }

  /** Whole questions only: those that would be cut off are left out, and it says how many there are. */
  #fit() {
    const end = this.getBoundingClientRect().bottom + 1;
    const rows = [...this.list.children];
    for (const row of rows) row.hidden = false;
    rows.forEach((row, place) => (row.hidden = place > 0 && row.getBoundingClientRect().bottom > end));
    const shown = rows.filter((row) => !row.hidden).length;
    this.more.hidden = shown === rows.length;
    this.more.textContent = fill(gettext("%(n)s of %(all)s"), { n: shown, all: rows.length });
  }

  #row() {
    const row = { text: make("p", { dir: "auto" }), facts: make("small.dim"), votes: make("b.num") };
    row.element = make("li", {}, row.votes, make("div", {}, row.text, row.facts));
    return row;
  }

  #show(row, q) {
    row.text.textContent = q.t;
    row.text.className = q.t.length > 160 ? "long" : "";
    row.facts.textContent = facts(q, this.titles);
    row.votes.textContent = q.v;
    row.votes.setAttribute("aria-label", votes(q.v));
  }
}

customElements.define("question-wall", QuestionWall);
