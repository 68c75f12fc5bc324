/** What the three views of questions have in common: their order, their categories, and rows that stay in place. */

import { make } from "../live/js/dom.js";
import { fill, gettext, ngettext } from "../live/js/words.js";

/** As everybody sees them: open before answered, pinned first, then by votes, then the older one. */
export function ranked(items) {
  const rank = ([id, q]) => [q.done ? 1 : 0, q.pin ? 0 : 1, -q.v, Number(id)];
  return [...items].filter(([, q]) => q).sort((one, two) => compare(rank(one), rank(two)));
}

export function compare(one, two) {
  const at = one.findIndex((value, i) => value !== two[i]);
  return at < 0 ? 0 : one[at] - two[at];
}

/** Titles of categories by number, from the list that the page brings. */
export function categoriesOf(element) {
  return new Map([...element.querySelectorAll(":scope > ul > li")].map((li) => [Number(li.dataset.category), li.textContent]));
}

export const votes = (n) => fill(ngettext("%(n)s vote", "%(n)s votes", n), { n });

/** The line below a question: what it is about and what became of it. */
export function facts(q, titles, more = []) {
  const said = [titles.get(q.c), q.pin ? gettext("pinned") : "", q.story ? gettext("has a story") : "", q.done ? gettext("answered") : "", ...more];
  return said.filter(Boolean).join(" · ");
}

/** Rows of a list by id: made once, filled at each change, put in order without taking the focus away. */
export class Rows {
  #rows = new Map();

  /** @param {Element} list @param {(id: string) => object} build gives `{element, …}` @param {(row, q, id) => void} show */
  constructor(list, build, show) {
    Object.assign(this, { list, build, show });
  }

  paint(entries) {
    const focus = this.list.contains(document.activeElement) ? document.activeElement : null;
    const wanted = new Set(entries.map(([id]) => id));
    for (const [id, row] of this.#rows) {
      if (wanted.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    entries.forEach(([id, q], place) => {
      if (!this.#rows.has(id)) this.#rows.set(id, this.build(id));
      const row = this.#rows.get(id);
      this.show(row, q, id);
      if (this.list.children[place] !== row.element) this.list.insertBefore(row.element, this.list.children[place] ?? null);
    });
    if (focus && focus !== document.activeElement && focus.isConnected) focus.focus({ preventScroll: true });
  }
}

/** A field to look for words; `changed()` is called while somebody types. */
export function searchField(id, changed) {
  const input = make("input.input", { type: "search", id, placeholder: gettext("Look for a word"), "aria-label": gettext("Look for a word"), oninput: changed });
  input.has = (text) => text.toLocaleLowerCase().includes(input.value.trim().toLocaleLowerCase());
  return input;
}
