/**
 * `<plenary-board>`: the cards of one group, kept up to date by the slot `board:<activity>:<group>`.
 *
 * On a phone one column at a time, on wider screens side by side (a container query decides). The group is `data-g`, or
 * the one's own in the set `data-set`. What somebody is writing survives the element: the page may replace it at any
 * time.
 */

import { icon, make } from "../live/js/dom.js";
import { plenary } from "../live/js/core.js";
import { fill, gettext, ngettext } from "../live/js/words.js";
import { Card } from "./card.js";
import { lanes, may, step } from "./cards.js";

/** What outlives an element: the chosen column and the words being written, by board. */
const kept = new Map();

class PlenaryBoard extends HTMLElement {
  #stops = [];
  #cards = new Map();
  #stopCards = null;
  #group = null;

  connectedCallback() {
    const d = this.dataset;
    this.titles = JSON.parse(d.columns);
    this.limit = Number(d.limit) || 180;
    this.view = this.querySelector(".board");
    this.state = this.#keep();
    this.#build();
    this.view.hidden = !d.g;
    if (d.g) this.#join(Number(d.g));
    else this.#stops.push(plenary.onSlot("you", () => this.#join(plenary.you().groups?.[d.set]?.id ?? null)));
  }

  disconnectedCallback() {
    for (const stop of [...this.#stops, this.#stopCards ?? (() => {})]) stop();
    if (this.dataset.watch !== undefined && this.#group) plenary.unwatch(`board:${this.dataset.a}:${this.#group}`);
    this.#stops = [];
    this.#stopCards = null;
    this.#group = null;
  }

  #keep() {
    const key = `${this.dataset.a}:${this.dataset.g ?? ""}`;
    if (!kept.has(key)) kept.set(key, { column: 1, draft: "" });
    return kept.get(key);
  }

  /** Hear the cards of a group; null while the learner is in none. */
  #join(group) {
    if (group === this.#group) return;
    this.#stopCards?.();
    this.#group = group;
    this.view.hidden = group === null;
    if (group === null) return;
    const slot = `board:${this.dataset.a}:${group}`;
    this.mine = new Set(plenary.shelf.get(`cards:${slot}`) ?? []);
    if (this.dataset.watch !== undefined) plenary.watch(slot);
    this.#stopCards = plenary.onSlot(slot, (state) => this.#paint(state?.items ?? new Map()));
  }

  // ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────

  #build() {
    const writes = this.writable && may(this.dataset.add, true, plenary.as === "staff");
    this.tabs = this.titles.map((title, i) =>
      make("button.btn", { type: "button", "data-tab": i + 1, onclick: () => this.#choose(i + 1) }, make("span", { text: title }), make("span.count", { text: "0" })),
    );
    this.columns = this.titles.map((title, i) => this.#column(title, i + 1, writes));
    const parts = [
      this.titles.length > 1 ? make("div.board-tabs", { role: "group", "aria-label": gettext("Columns") }, ...this.tabs) : null,
      make("div.board-columns", { tabindex: "0", role: "group", "aria-label": gettext("Cards") }, ...this.columns),
      writes ? this.#form() : null,
    ];
    this.view.replaceChildren(...parts.filter(Boolean));
    this.#choose(Math.min(this.state.column, this.titles.length));
  }

  #column(title, number, writes) {
    const head = make("h3", {}, make("span", { text: title, dir: "auto" }), make("span.count", { text: "0" }));
    if (writes && this.titles.length > 1) {
      const label = fill(gettext("New card in “%(column)s”"), { column: title });
      head.append(make("button.btn.icon.quiet.push", { type: "button", "aria-label": label, onclick: () => (this.#choose(number), this.words?.focus()) }, icon("plus")));
    }
    const nothing = make("p.board-empty.dim.sm", { text: writes ? gettext("No cards yet. Write the first one.") : gettext("No cards yet.") });
    return make("section.board-column", { "data-column": number, "aria-label": title }, head, make("div.board-cards", { "data-cards": true }), nothing);
  }

  #form() {
    this.words = make("textarea.input.card-in", { id: `card-${this.dataset.a}`, rows: 1, maxlength: this.limit, dir: "auto", enterkeyhint: "send" });
    this.words.value = this.state.draft;
    this.words.addEventListener("input", () => {
      this.state.draft = this.words.value;
      // Whoever writes is told again who sees it.
      if (this.note.classList.contains("ok")) this.#tell("");
    });
    this.words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
    this.label = make("label.vh", { for: this.words.id });
    this.note = make("p.say", { role: "status" }, make("span", { text: this.dataset.who ?? "" }));
    this.form = make("form.board-new", { onsubmit: (event) => (event.preventDefault(), this.#add()) },
      this.note, make("div.row", {}, this.label, this.words, make("button.btn.go", { type: "submit", text: gettext("Add") })));
    return this.form;
  }

  #choose(number) {
    this.state.column = number;
    this.tabs.forEach((tab, i) => tab.setAttribute("aria-pressed", String(i + 1 === number)));
    this.columns.forEach((column, i) => column.classList.toggle("current", i + 1 === number));
    if (!this.words) return;
    const text = this.titles.length > 1 ? fill(gettext("New card: %(column)s"), { column: this.titles[number - 1] }) : gettext("New card");
    this.label.textContent = this.words.placeholder = text;
  }

  #paint(items) {
    const focus = this.view.contains(document.activeElement) ? document.activeElement : null;
    this.order = lanes(items, this.titles.length);
    for (const [id, card] of this.#cards) {
      if (items.get(id)) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
    this.order.forEach((ids, i) => this.#fillColumn(i, ids, items));
    if (focus && focus !== document.activeElement && focus.isConnected) focus.focus({ preventScroll: true });
  }

  #fillColumn(index, ids, items) {
    const column = this.columns[index];
    const list = column.querySelector("[data-cards]");
    for (const count of [column.querySelector(".count"), this.tabs[index].querySelector(".count")]) count.textContent = ids.length;
    column.classList.toggle("bare", ids.length === 0);
    ids.forEach((id, place) => {
      const card = this.#cards.get(id) ?? this.#new(id);
      const data = items.get(id);
      card.show(data, { mine: this.#isMine(id, data), by: this.#by(id, data) });
      if (list.children[place] !== card.element) list.insertBefore(card.element, list.children[place] ?? null);
    });
  }

  #new(id) {
    const card = new Card(id, this);
    this.#cards.set(id, card);
    return card;
  }

  #isMine(id, data) {
    return plenary.as === "learner" && ((data.n && data.n === plenary.you().number) || this.mine.has(Number(id)));
  }

  #by(id, data) {
    const name = data.by ?? (data.n ? fill(gettext("Seat %(number)s"), { number: data.n }) : "");
    if (!this.#isMine(id, data)) return name;
    return name ? fill(gettext("%(name)s, you"), { name }) : gettext("You");
  }

  // ── what a card asks ────────────────────────────────────────────────────────────────────────────────────────────

  get writable() {
    return this.dataset.writable !== undefined && plenary.as !== "screen";
  }

  can(what, mine) {
    return this.writable && may(this.dataset[what], mine, plenary.as === "staff");
  }

  place(id) {
    return { column: this.order.findIndex((ids) => ids.includes(id)) + 1, titles: this.titles };
  }

  async move(id, column, before) {
    await this.#do("card.move", { card: Number(id), column, before });
  }

  async shift(id, way) {
    const goal = step(this.order, id, way);
    if (!goal) return;
    const moved = await this.#do("card.move", { card: Number(id), column: goal.column, before: goal.before });
    if (!moved) return;
    this.#choose(goal.column);
    plenary.say(fill(gettext("In “%(column)s”, place %(place)s"), { column: this.titles[goal.column - 1], place: goal.index + 1 }));
    this.#cards.get(id)?.handle?.focus();
  }

  async edit(id, text, colour, r) {
    return this.#do("card.edit", { card: Number(id), text, colour, r });
  }

  async remove(id) {
    if (await this.#do("card.remove", { card: Number(id), on: true })) this.#offerUndo(id);
  }

  #offerUndo(id) {
    if (!this.note) return;
    const undo = make("button.btn.quiet", { type: "button", text: gettext("Undo"), onclick: () => (this.#tell(""), this.#do("card.remove", { card: Number(id), on: false })) });
    this.note.replaceChildren(make("span", { text: gettext("Card removed.") }), undo);
  }

  async #add() {
    const text = this.words.value.trim();
    if (!text) return this.words.focus();
    const column = this.state.column;
    this.words.value = this.state.draft = "";
    this.words.focus();
    this.#tell(plenary.connected() ? gettext("Sending …") : gettext("No connection. Your card is kept and goes out by itself."), "warn");
    const done = await this.#do("card.add", { column, text, colour: COLUMN_COLOURS[(column - 1) % 4] });
    if (!done) {
      // The words come back, unless the next card is being written already.
      if (!this.words.value) this.words.value = this.state.draft = text;
      return undefined;
    }
    this.mine.add(done.card);
    plenary.shelf.set(`cards:board:${this.dataset.a}:${this.#group}`, [...this.mine]);
    return this.#tell(gettext("Added"), "ok");
  }

  #tell(text, how = "") {
    if (!this.note) return plenary.say(text);
    this.note.className = `say ${how}`;
    this.note.replaceChildren(make("span", { text: text || (this.dataset.who ?? "") }));
    return undefined;
  }

  async #do(op, fields) {
    try {
      return await plenary.do(op, { a: Number(this.dataset.a), g: this.#group, ...fields });
    } catch (refusal) {
      this.#tell(refusal.message ?? gettext("This did not work. Please try again."), "warn");
      return null;
    }
  }
}

/** Each column begins with a colour of its own; a card keeps the one it was written in. */
const COLUMN_COLOURS = ["a", "b", "c", "d"];

export const cardsInWords = (n) => fill(ngettext("%(n)s card", "%(n)s cards", n), { n });

customElements.define("plenary-board", PlenaryBoard);
