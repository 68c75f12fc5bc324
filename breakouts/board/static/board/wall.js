/**
 * `<plenary-wall>`: all groups of a board for staff: cards, last change, who waits for help. One group can be looked
 * into, and put on the screen.
 */

import { icon, make } from "../live/js/dom.js";
import { plenary } from "../live/js/core.js";
import { fill, gettext, ngettext } from "../live/js/words.js";
import { cardsInWords } from "./board.js";

/** Which group a panel looks into, by activity: the wall's element may be replaced at any time. */
const looking = new Map();

class PlenaryWall extends HTMLElement {
  #stops = [];
  #tiles = new Map();
  #timer;

  connectedCallback() {
    const { a, set } = this.dataset;
    this.view = this.querySelector(".wall");
    this.begun = make("p.sm.dim");
    this.list = make("ul.wall-groups");
    this.peek = make("div.wall-peek");
    const way = (text, group) =>
      make("button.btn", { type: "button", text, "aria-pressed": String((this.dataset.show || "none") === String(group ?? "none")), onclick: () => this.#put(group) });
    this.ways = make("div.row", { role: "group", "aria-label": gettext("On the screen") },
      make("span.sm.dim", { text: gettext("On the screen:") }), way(gettext("The question"), null), way(gettext("All boards"), 0));
    this.view.replaceChildren(this.begun, this.list, this.peek, this.ways);
    const paint = () => this.#paint();
    this.#stops = [plenary.onSlot(`wall:${a}`, paint), plenary.onSlot(`groups:${set}`, paint)];
    // "2 min ago" grows older without a frame.
    this.#timer = setInterval(paint, 20_000);
    paint();
    if (looking.get(a)) this.#look(looking.get(a), false);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #paint() {
    const wall = plenary.slot(`wall:${this.dataset.a}`)?.d ?? {};
    const groups = plenary.slot(`groups:${this.dataset.set}`)?.d?.groups ?? [];
    const done = groups.filter((group) => wall[group.id]?.[0]).length;
    this.list.hidden = this.begun.hidden = groups.length === 0;
    this.begun.textContent = fill(gettext("%(done)s of %(all)s groups have begun"), { done, all: groups.length });
    groups.forEach((group, place) => {
      const tile = this.#tiles.get(group.id) ?? this.#tile(group.id);
      const [cards, at, help] = wall[group.id] ?? [0, 0, 0];
      tile.name.textContent = group.label;
      tile.facts.textContent = [cardsInWords(cards), at ? ago(at) : "", peopleInWords(group.members.length)].filter(Boolean).join(" · ");
      tile.help.hidden = !help;
      tile.help.textContent = help ? fill(gettext("Help wanted, %(time)s"), { time: ago(help) }) : "";
      tile.element.classList.toggle("quiet", cards === 0);
      if (this.list.children[place] !== tile.element) this.list.insertBefore(tile.element, this.list.children[place] ?? null);
    });
    for (const [id, tile] of this.#tiles) if (!groups.some((group) => group.id === id)) tile.element.remove();
  }

  #tile(id) {
    const tile = {
      name: make("b", { dir: "auto" }), facts: make("span.dim.sm"), help: make("span.badge.warn"),
      look: make("button.btn.icon", { type: "button", "aria-pressed": "false", onclick: () => this.#look(id, true) }, icon("eye")),
      show: make("button.btn.icon", { type: "button", "aria-pressed": String(this.dataset.show === String(id)), onclick: () => this.#show(id) }, icon("screen")),
    };
    tile.look.setAttribute("aria-label", gettext("Look at the board"));
    tile.show.setAttribute("aria-label", gettext("Show on the screen"));
    tile.element = make("li.wall-tile", {}, make("div.wall-words", {}, tile.name, tile.help, tile.facts), make("div.wall-acts", {}, tile.look, tile.show));
    this.#tiles.set(id, tile);
    return tile;
  }

  #look(id, toggles) {
    const { a } = this.dataset;
    const again = toggles && looking.get(a) === id;
    looking.set(a, again ? null : id);
    for (const [group, tile] of this.#tiles) tile.look.setAttribute("aria-pressed", String(group === looking.get(a)));
    this.peek.replaceChildren();
    if (again) return;
    const board = make("plenary-board", { "data-g": id, "data-watch": true }, make("div.board"));
    for (const name of ["a", "set", "columns", "limit", "add", "move", "edit", "writable"]) {
      if (this.dataset[name] !== undefined) board.dataset[name] = this.dataset[name];
    }
    this.peek.replaceChildren(board);
  }

  #show(id) {
    return this.#put(this.dataset.show === String(id) ? null : id);
  }

  async #put(group) {
    try {
      await plenary.do("board.show", { a: Number(this.dataset.a), g: group });
    } catch (refusal) {
      plenary.say(refusal.message);
    }
  }
}

function ago(at) {
  const minutes = Math.max(0, Math.floor((plenary.now() - at) / 60_000));
  return minutes ? fill(gettext("%(n)s min ago"), { n: minutes }) : gettext("just now");
}

const peopleInWords = (n) => (n ? fill(ngettext("%(n)s person", "%(n)s people", n), { n }) : gettext("nobody"));

customElements.define("plenary-wall", PlenaryWall);
