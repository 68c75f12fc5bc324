/**
 * `<rank-order data-most="3" data-all>`: rows that are put in order by tapping them one after the other, by dragging, by
 * buttons or by the place beside each. The order of their ids is kept as JSON in the hidden field `v`. Without script the
 * places alone are sent. With `data-all` every row must be placed.
 */

import { plenary } from "../live/js/core.js";
import { fill, gettext, ngettext } from "../live/js/words.js";
import { draggable, slide } from "./drag.js";

class RankOrder extends HTMLElement {
  #order = [];

  connectedCallback() {
    if (this.field) return; // moved within the page
    this.field = this.querySelector("[name=v]");
    this.list = this.querySelector("ol");
    this.rows = new Map([...this.list.children].map((row) => [row.dataset.id, row]));
    this.most = Number(this.dataset.most);
    for (const moves of this.querySelectorAll(".moves")) moves.hidden = this.field.disabled;
    this.toggleAttribute("data-live", !this.field.disabled);
    this.field.addEventListener("plenary:put", () => this.#put());
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("change", (event) => this.#chosen(event));
    if (!this.field.disabled) draggable(this, this.list, (row, at) => this.#dropped(row, at));
    if (!this.field.value) this.#read();
    this.#put();
  }

  /** Places that the server wrote, in order, as the value. */
  #read() {
    const placed = [...this.rows].map(([id, row]) => [Number(this.#place(row).value), id]).filter(([place]) => place);
    if (placed.length) this.field.value = JSON.stringify(placed.sort((a, b) => a[0] - b[0]).map(([, id]) => id));
  }

  #put() {
    const order = this.field.value ? JSON.parse(this.field.value) : [];
    this.#order = order.filter((id) => this.rows.has(id));
    this.#draw();
  }

  #place = (row) => row.querySelector("select, input");
  #words = (id) => this.rows.get(id).querySelector("bdi").textContent;

  /** Put an option to a place (from 0); undefined takes it out. What falls off the end has no place any more. */
  #set(id, at) {
    const order = this.#order.filter((other) => other !== id);
    if (at !== undefined) order.splice(at, 0, id);
    this.#order = order.slice(0, this.most);
    const left = [...this.rows.keys()].filter((other) => !this.#order.includes(other));
    if ("all" in this.dataset && at !== undefined && left.length === 1) this.#order.push(left[0]);
    this.field.value = this.#order.length ? JSON.stringify(this.#order) : "";
    this.#draw();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    const values = { what: this.#words(id), place: this.#order.indexOf(id) + 1, of: this.most };
    plenary.say(fill(values.place ? gettext("%(what)s: place %(place)s of %(of)s") : gettext("%(what)s: no place"), values));
  }

  #draw() {
    const focus = document.activeElement;
    const rest = [...this.rows.keys()].filter((id) => !this.#order.includes(id));
    const rows = [...this.#order, ...rest].map((id) => this.rows.get(id));
    const before = new Map(rows.map((row) => [row, row.getBoundingClientRect().top]));
    rows.forEach((row, at) => {
      if (this.list.children[at] !== row) this.list.insertBefore(row, this.list.children[at] ?? null);
      const placed = at < this.#order.length;
      row.classList.toggle("placed", placed);
      this.#place(row).value = placed ? String(at + 1) : "";
      const [up, down] = row.querySelectorAll("[data-by]");
      up.setAttribute("aria-disabled", String(placed ? at === 0 : this.#order.length >= this.most));
      down.setAttribute("aria-disabled", String(!placed));
    });
    if (this.contains(focus)) focus.focus({ preventScroll: true });
    for (const [row, top] of before) slide(row, top - row.getBoundingClientRect().top);
    const left = this.most - this.#order.length;
    if (left && this.#order.length && "all" in this.dataset) {
      this.dataset.unready = fill(ngettext("%(n)s more to place", "%(n)s more to place", left), { n: left });
    } else delete this.dataset.unready;
  }

  #clicked(event) {
    const row = event.target.closest("li");
    if (!row || this.field.disabled) return;
    const id = row.dataset.id;
    const at = this.#order.indexOf(id);
    const button = event.target.closest("[data-by]");
    if (button) {
      if (button.getAttribute("aria-disabled") === "true") return;
      const to = (at < 0 ? this.#order.length + 1 : at) + Number(button.dataset.by);
      this.#set(id, to < this.#order.length || at < 0 ? to : undefined);
    } else if (event.target.closest("label")) {
      event.preventDefault();
      if (at < 0 && this.#order.length < this.most) this.#set(id, this.#order.length);
      else if (at < 0) plenary.say(gettext("All places are taken."));
    }
  }

  #chosen(event) {
    const row = event.target.closest("li");
    const place = Math.round(Number(event.target.value));
    this.#set(row.dataset.id, place >= 1 ? Math.min(place - 1, this.#order.length) : undefined);
  }

  /** A row was let go in its new place; `at` counts all rows. */
  #dropped(row, at) {
    const others = this.#order.filter((id) => id !== row.dataset.id).length;
    if (at === null) this.#draw();
    else this.#set(row.dataset.id, at <= others ? at : undefined);
  }
}

customElements.define("rank-order", RankOrder);
