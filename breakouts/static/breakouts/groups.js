/**
 * `<plenary-group data-set>`: which group a learner is in, with whom, and the call for help. Whoever is in none chooses
 * a table, or is placed in the smallest group.
 */

import { plenary } from "../live/js/core.js";
import { fill, gettext } from "../live/js/words.js";
import { icon, make } from "../live/js/dom.js";

class PlenaryGroup extends HTMLElement {
  #stops = [];
  #stopMembers = null;
  #group = null;
  #entered = false;
  #choosing = false;

  connectedCallback() {
    this.view = this.querySelector(".group-view");
    this.say = make("p.say", { role: "status" });
    const look = () => this.#look();
    this.#stops = [plenary.onSlot("you", look), plenary.onSlot(`groups:${this.dataset.set}`, look)];
    this.#look();
  }

  disconnectedCallback() {
    for (const stop of [...this.#stops, this.#stopMembers ?? (() => {})]) stop();
    this.#stops = [];
    this.#stopMembers = null;
  }

  #look() {
    const you = plenary.slot("you")?.d;
    const set = plenary.slot(`groups:${this.dataset.set}`)?.d;
    if (!you || !set) return;
    const own = you.groups?.[this.dataset.set] ?? null;
    this.#hear(own?.id ?? null);
    if (own && !this.#choosing) return this.#inGroup(own, set);
    if (set.mode === "table") return this.#tables(set, own);
    if (set.mode === "random" && !own) return this.#enter();
    return this.#show(make("p.dim", { text: gettext("Your facilitator is making the groups. You will see yours here.") }));
  }

  #hear(group) {
    if (group === this.#group) return;
    this.#group = group;
    this.#stopMembers?.();
    this.#stopMembers = group ? plenary.onSlot(`members:${group}`, () => this.#look()) : null;
  }

  // ── in a group ──────────────────────────────────────────────────────────────────────────────────────────────────

  #inGroup(own, set) {
    const crew = plenary.slot(`members:${own.id}`)?.d;
    const you = plenary.you();
    const seats = (crew?.members ?? []).map(([number, name]) => {
      const label = name || fill(gettext("Seat %(number)s"), { number });
      return number === you.number ? fill(gettext("%(name)s (you)"), { name: label }) : label;
    });
    const parts = [make("p.group-name", {}, make("b", { text: own.label, dir: "auto" }))];
    if (seats.length) parts.push(make("p.dim.sm", {}, ...seats.flatMap((seat, at) => [at ? ", " : "", make("bdi", { text: seat })])));
    if (this.dataset.room) parts.push(make("p.sm", { text: fill(this.dataset.room, { number: own.number }) }));
    const acts = [this.#helpButton(own.id, Boolean(crew?.help))];
    if (set.mode === "table") acts.push(this.#button(gettext("Other table"), () => this.#choose(true)));
    this.#show(make("div.group-card", {}, make("div", {}, ...parts), make("div.row", {}, ...acts)), this.#nameForm(you));
  }

  #helpButton(group, on) {
    const text = on ? gettext("Help is coming") : gettext("Ask for help");
    const button = this.#button(text, () => this.#do("group.help", { g: group, on: !on }, on ? gettext("Taken back.") : gettext("Your facilitator knows.")));
    button.prepend(icon("hand"));
    button.setAttribute("aria-pressed", String(on));
    return button;
  }

  /** Pseudonyms cannot find each other across a room: asked once, when the groups begin. */
  #nameForm(you) {
    if (you.name || this.dataset.names === "none" || plenary.shelf.get("unnamed")) return null;
    if (this.form) return this.form;
    const words = make("input.input", { id: "group-name", name: "name", maxlength: 80, autocomplete: "name", dir: "auto" });
    const send = async (event) => {
      event.preventDefault();
      if (words.value.trim()) await this.#do("profile", { name: words.value.trim() }, gettext("Saved"));
    };
    const later = () => (plenary.shelf.set("unnamed", true), this.#look());
    this.form = make("form.group-ask", { onsubmit: send },
      make("p.sm", { text: gettext("Your facilitator and your group see it.") }),
      make("div.field", {}, make("label", { for: "group-name", text: gettext("What is your name? Your group looks for you.") }), words),
      make("div.row", {}, make("button.btn", { type: "submit", text: gettext("Save") }), this.#button(gettext("Not now"), later, ".quiet")));
    return this.form;
  }

  // ── in none ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #tables(set, own) {
    const pads = set.groups.map((table) => {
      const full = set.size && table.n >= set.size && table.id !== own?.id;
      const count = set.size ? `${table.n} / ${set.size}` : String(table.n);
      const words = [make("b", { text: table.number }), make("span.dim.xs", { text: count })];
      const label = fill(gettext("Table %(number)s, %(count)s people"), { number: table.number, count });
      return make("button.btn.table-pad", {
        type: "button", "aria-label": label, "aria-pressed": String(table.id === own?.id), disabled: Boolean(full),
        onclick: async () => (await this.#do("groups.join", { set: this.dataset.set, g: table.id })) && this.#choose(false),
      }, ...words);
    });
    const back = own ? this.#button(gettext("Stay"), () => this.#choose(false), ".quiet") : null;
    this.#show(make("h3", { text: gettext("At which table do you sit?") }), make("div.table-pads", {}, ...pads), back);
  }

  #choose(on) {
    this.#choosing = on;
    this.#look();
  }

  #enter() {
    this.#show(make("p.dim", { text: gettext("Looking for your group …") }));
    if (this.#entered) return;
    this.#entered = true;
    this.#do("groups.enter", { set: this.dataset.set });
  }

  // ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #button(text, act, kind = "") {
    return make(`button.btn${kind}`, { type: "button", onclick: act }, make("span", { text }));
  }

  #show(...parts) {
    const focus = this.view.contains(document.activeElement) ? document.activeElement : null;
    const key = focus?.textContent;
    this.view.replaceChildren(...parts.filter(Boolean), this.say);
    if (!focus) return;
    const same = focus.isConnected ? focus : [...this.view.querySelectorAll("button")].find((button) => button.textContent === key);
    (same ?? this.view.querySelector("button"))?.focus({ preventScroll: true });
  }

  async #do(op, fields, done = "") {
    try {
      const answer = await plenary.do(op, fields, { keep: false });
      this.#tell(done, "ok");
      return answer;
    } catch (refusal) {
      this.#tell(refusal.message ?? gettext("This did not work. Please try again."), "warn");
      return null;
    }
  }

  #tell(text, how) {
    this.say.className = `say ${text ? how : ""}`;
    this.say.textContent = text;
  }
}

customElements.define("plenary-group", PlenaryGroup);
