/** One card on the page: its words, its menu, its editor. It knows no server: what is wanted is told to its board. */

import { icon, make } from "../live/js/dom.js";
import { fill, gettext } from "../live/js/words.js";
import { draggable } from "./drag.js";

const COLOURS = ["a", "b", "c", "d"];
const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "back", ArrowRight: "on" };

export class Card {
  /** @param {object} board what the card asks: `can`, `titles`, `limit`, `edit`, `move`, `shift`, `remove`, `place` */
  constructor(id, board) {
    this.id = id;
    this.board = board;
    this.data = null;
    this.text = make("p", { dir: "auto" });
    this.by = make("span");
    this.tools = make("span.card-tools");
    this.foot = make("footer", {}, this.by, this.tools);
    this.element = make("article.note", { "data-card": id, "aria-label": "" }, this.text, this.foot);
  }

  /** Show what the server has. Words being edited stay as they are. */
  show(data, { mine, by }) {
    const [could, edits] = [this.tools.dataset.can, this.board.can("edit", mine)];
    this.data = data;
    this.text.textContent = data.t;
    this.by.textContent = by;
    const lifted = this.element.classList.contains("lifted") ? " lifted" : "";
    this.element.className = `note ${data.k === "a" ? "" : data.k}${mine ? " mine" : ""}${lifted}`;
    this.element.setAttribute("aria-label", data.t);
    const can = `${this.board.can("move", mine)}${edits}`;
    if (could !== can) this.#equip(can, this.board.can("move", mine), edits);
    this.handle?.setAttribute("aria-label", fill(gettext("Move “%(text)s” with the arrow keys"), { text: short(data.t) }));
    this.more?.setAttribute("aria-label", fill(gettext("More for “%(text)s”"), { text: short(data.t) }));
  }

  #equip(can, moves, edits) {
    this.tools.dataset.can = can;
    this.handle = moves ? make("button.btn.icon.handle", { type: "button", onkeydown: (e) => this.#key(e) }, icon("drag")) : null;
    this.more = moves || edits
      ? make("button.btn.icon", { type: "button", "aria-expanded": "false", onclick: () => this.#toggle() }, icon("more"))
      : null;
    this.tools.replaceChildren(...[this.handle, this.more].filter(Boolean));
    if (this.handle) draggable(this.handle, this.element, this.board.view, (column, before) => this.board.move(this.id, column, before));
    this.moves = moves;
    this.edits = edits;
  }

  #key(event) {
    let way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    if (getComputedStyle(this.element).direction === "rtl" && (way === "back" || way === "on")) way = way === "on" ? "back" : "on";
    this.board.shift(this.id, way);
  }

  #toggle() {
    if (this.menu) this.#close(true);
    else this.#open();
  }

  #open() {
    const item = (text, act, kind = "") => make(`button.btn${kind}`, { type: "button", text, onclick: () => (this.#close(true), act()) });
    const { column, titles } = this.board.place(this.id);
    const items = [];
    if (this.edits) items.push(item(gettext("Edit"), () => this.edit()));
    if (this.moves) {
      items.push(item(gettext("Up"), () => this.board.shift(this.id, "up")), item(gettext("Down"), () => this.board.shift(this.id, "down")));
      titles.forEach((title, index) => {
        if (index + 1 !== column) items.push(item(fill(gettext("To “%(column)s”"), { column: title }), () => this.board.move(this.id, index + 1, null)));
      });
    }
    if (this.edits) items.push(item(gettext("Remove"), () => this.board.remove(this.id), ".bad"));
    this.menu = make("div.card-menu", { role: "group", "aria-label": gettext("What to do with this card"), onkeydown: (e) => e.key === "Escape" && this.#close(true) }, ...items);
    this.foot.after(this.menu);
    this.more.setAttribute("aria-expanded", "true");
    this.menu.firstElementChild.focus();
  }

  #close(back) {
    this.menu?.remove();
    this.menu = null;
    this.more?.setAttribute("aria-expanded", "false");
    if (back) this.more?.focus();
  }

  /** Write on the card. What others change meanwhile is asked about when it is saved. */
  edit(draft = null) {
    if (this.form) return;
    const seen = this.data.r;
    let colour = draft?.colour ?? this.data.k;
    const words = make("textarea.input", { dir: "auto", maxlength: this.board.limit, rows: 3, "aria-label": gettext("Words on the card") });
    words.value = draft?.text ?? this.data.t;
    const swatches = COLOURS.map((key, index) =>
      make(`button.btn.icon.swatch.${key}`, {
        type: "button", "aria-pressed": String(key === colour), "aria-label": fill(gettext("Colour %(number)s"), { number: index + 1 }),
        onclick: () => { colour = key; swatches.forEach((s, i) => s.setAttribute("aria-pressed", String(COLOURS[i] === key))); },
      }),
    );
    const save = async (event) => {
      event?.preventDefault();
      const kept = { text: words.value, colour };
      if (await this.board.edit(this.id, kept.text, kept.colour, seen)) this.#done();
    };
    this.form = make("form.card-edit", { onsubmit: save }, words, make("div.row", {}, ...swatches),
      make("div.row", {}, make("button.btn", { type: "submit", text: gettext("Save") }), make("button.btn.quiet", { type: "button", text: gettext("Cancel"), onclick: () => this.#done() })));
    words.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#done();
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save(event);
    });
    this.text.hidden = this.foot.hidden = true;
    this.element.append(this.form);
    words.focus();
  }

  #done() {
    this.form?.remove();
    this.form = null;
    this.text.hidden = this.foot.hidden = false;
    this.more?.focus();
  }
}

const short = (text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
