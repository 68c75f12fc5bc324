/**
 * `<point-plane data-last="20">`: items that are placed on a plane with a finger, with arrow keys or by numbers. The
 * places `{id: [x, y]}` are kept as JSON in the hidden field `v`. Without script the number fields are sent.
 */

import { plenary } from "../live/js/core.js";
import { fill, gettext } from "../live/js/words.js";
import { EDGE, SPAN, put } from "./places.js";

const NEAR = 26;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Enter: [0, 0], " ": [0, 0] };

class PointPlane extends HTMLElement {
  #places = {};
  #held = null;

  connectedCallback() {
    if (this.field) return; // moved within the page
    this.field = this.querySelector("[name=v]");
    this.plane = this.querySelector("[data-plane]");
    this.last = Number(this.dataset.last);
    const by = (selector, name) => new Map([...this.querySelectorAll(selector)].map((each) => [each.dataset[name], each]));
    [this.dots, this.pieces, this.numbers] = [by("[data-dot]", "dot"), by(".piece", "id"), by("[data-numbers]", "numbers")];
    this.live = !this.field.disabled;
    for (const part of this.querySelectorAll(".plane-around, .pieces")) part.hidden = false;
    this.querySelector("details").open = false;
    this.active = this.dots.keys().next().value;
    this.field.addEventListener("plenary:put", () => this.#put());
    this.addEventListener("click", (event) => this.#picked(event));
    this.addEventListener("change", (event) => this.#typed(event));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.plane.addEventListener("pointerdown", (event) => this.#down(event));
    this.plane.addEventListener("pointermove", (event) => this.#held && this.#draw({ ...this.#places, [this.#held]: this.#at(event) }));
    this.plane.addEventListener("pointerup", (event) => this.#up(event));
    this.plane.addEventListener("pointercancel", () => this.#up(null));
    if (this.field.value) this.#put();
    else this.#keep(Object.fromEntries([...this.numbers.keys()].map((id) => [id, this.#number(id)]).filter(([, at]) => at)), false);
  }

  #number(id) {
    const found = [...this.numbers.get(id).querySelectorAll("input")].map((input) => (input.value === "" ? NaN : Math.round(Number(input.value))));
    return found.every((n) => n >= 0 && n <= this.last) ? found : null;
  }

  #put() {
    this.#places = this.field.value ? JSON.parse(this.field.value) : {};
    this.#draw(this.#places);
  }

  #keep(places, told = true) {
    this.#places = Object.fromEntries([...this.dots.keys()].filter((id) => places[id]).map((id) => [id, places[id]]));
    this.field.value = Object.keys(this.#places).length ? JSON.stringify(this.#places) : "";
    this.#draw(this.#places);
    if (told) this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #place(id, at) {
    const axes = `${this.dataset.x} ${at[0]}, ${this.dataset.y} ${at[1]}`;
    this.#keep({ ...this.#places, [id]: at });
    const what = this.dots.get(id).dataset.what;
    plenary.say(what ? fill(gettext("%(what)s: %(axes)s"), { what, axes }) : axes);
  }

  #at(event) {
    const box = this.plane.getBoundingClientRect();
    const across = (((event.clientX - box.left) / box.width) * 100 - EDGE) / SPAN;
    const up = 1 - (((event.clientY - box.top) / box.height) * 100 - EDGE) / SPAN;
    return [across, up].map((share) => Math.max(0, Math.min(this.last, Math.round(share * this.last))));
  }

  /** The placed dot under the finger, else the one that was picked. */
  #under(event) {
    const away = (id) => {
      const box = this.dots.get(id).getBoundingClientRect();
      return Math.hypot(event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2);
    };
    const near = Object.keys(this.#places).sort((one, other) => away(one) - away(other))[0];
    return near && away(near) < NEAR ? near : this.active;
  }

  #down(event) {
    if (!this.live || event.button) return;
    event.preventDefault();
    this.#held = this.active = this.#under(event);
    this.plane.setPointerCapture(event.pointerId);
    this.#draw({ ...this.#places, [this.#held]: this.#at(event) });
  }

  #up(event) {
    const id = this.#held;
    this.#held = null;
    if (!id) return;
    if (!event) {
      this.#draw(this.#places);
      return;
    }
    const fresh = !this.#places[id];
    // The next one that has no place yet is at hand; what was placed before stays so, to be corrected.
    const next = [...this.dots.keys()].find((other) => other !== id && !this.#places[other]);
    if (fresh && next) this.active = next;
    this.#place(id, this.#at(event));
    if (!this.pieces.size) this.dots.get(id).focus({ preventScroll: true });
  }

  #picked(event) {
    const id = event.target.closest(".piece")?.dataset.id;
    if (!id || !this.live) return;
    this.active = id;
    this.#draw(this.#places);
    if (event.detail === 0) this.dots.get(id).focus(); // by keyboard: the arrows come next
  }

  #typed(event) {
    const id = event.target.closest("[data-numbers]")?.dataset.numbers;
    const at = id && this.#number(id);
    if (at) this.#place(id, at);
    else if (id && this.#places[id] && event.target.value === "") this.#keep({ ...this.#places, [id]: undefined });
  }

  #key(event) {
    const id = event.target.closest("[data-dot]")?.dataset.dot;
    const step = id && this.live && !event.ctrlKey && !event.metaKey && !event.altKey ? KEYS[event.key] : null;
    if (!step) return;
    event.preventDefault();
    this.active = id;
    const now = this.#places[id] ?? [this.last / 2, this.last / 2];
    const far = event.shiftKey ? 5 : 1;
    this.#place(id, now.map((n, axis) => Math.max(0, Math.min(this.last, Math.round(n + far * step[axis])))));
  }

  #draw(places) {
    const middle = [this.last / 2, this.last / 2];
    for (const [id, dot] of this.dots) {
      const at = places[id];
      dot.hidden = !at && (id !== this.active || !this.live);
      dot.classList.toggle("ghost", !at);
      dot.classList.toggle("active", id === this.active && this.dots.size > 1);
      put(dot, at ?? middle, this.last);
      const where = at ? `${this.dataset.x} ${at[0]}, ${this.dataset.y} ${at[1]}` : gettext("not placed yet");
      dot.setAttribute("aria-label", dot.dataset.what ? `${dot.dataset.what}: ${where}` : where);
      const piece = this.pieces.get(id);
      piece?.setAttribute("aria-pressed", String(id === this.active && this.live));
      piece?.querySelector("svg").toggleAttribute("hidden", !at);
      const inputs = this.numbers.get(id).querySelectorAll("input");
      if (at || !this.numbers.get(id).contains(document.activeElement)) inputs.forEach((input, axis) => (input.value = at ? at[axis] : ""));
    }
  }
}

customElements.define("point-plane", PointPlane);
