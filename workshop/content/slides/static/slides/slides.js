/**
 * `<plenary-slides>`: on a phone the page everybody is at, with looking back on this device alone; on the panel the
 * buttons; on the screen the neighbours loaded ahead.
 */

import { plenary } from "../live/js/core.js";
import { fill, gettext } from "../live/js/words.js";

/** The page this device looks back at, by activity: the element is replaced at each turn of the slides. */
const away = new Map();

class PlenarySlides extends HTMLElement {
  connectedCallback() {
    const d = this.dataset;
    if (d.ahead !== undefined) return this.#load(d.ahead.split(" ").filter(Boolean));
    [this.page, this.count, this.seen] = [Number(d.page), Number(d.count), Number(d.seen)];
    if (d.drives !== undefined) return this.#desk();
    return this.#phone();
  }

  #load(addresses) {
    for (const address of addresses) new Image().src = address;
  }

  // ── a learner's phone ───────────────────────────────────────────────────────────────────────────────────────────

  #phone() {
    this.view = this.querySelector(".slide");
    this.image = this.view.querySelector("img");
    this.here = { src: this.image.getAttribute("src"), alt: this.image.alt, width: this.image.width, height: this.image.height };
    this.bar = document.createElement("div");
    this.bar.className = "slide-bar";
    this.back = this.#button(gettext("Earlier"), () => this.#look(this.at - 1));
    this.on = this.#button(gettext("Later"), () => this.#look(this.at + 1));
    this.where = document.createElement("span");
    this.where.className = "where sm dim";
    this.bar.append(this.back, this.where, this.on);
    this.live = this.#button("", () => this.#look(this.page), "slide-live");
    this.view.append(this.bar, this.live);
    this.at = this.page;
    const before = away.get(this.dataset.a);
    if (before && before !== this.page && before <= this.seen) this.#look(before);
    else this.#tell();
  }

  async #look(number) {
    if (number < 1 || number > this.seen) return;
    this.at = number;
    if (number === this.page) away.delete(this.dataset.a);
    else away.set(this.dataset.a, number);
    this.#tell();
    if (number === this.page) return this.#put(this.here);
    try {
      const response = await fetch(`${this.dataset.base}${number}.json`, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const page = await response.json();
      if (this.at === number) this.#put(page);
    } catch {
      this.where.textContent = gettext("This slide did not load. Please try again.");
    }
    return undefined;
  }

  #put({ src, alt, width, height }) {
    Object.assign(this.image, { src, alt: alt || gettext("Slide without words"), width, height });
  }

  #tell() {
    const own = this.dataset.own !== undefined;
    this.where.textContent = fill(gettext("Slide %(page)s of %(count)s"), { page: this.at, count: this.count });
    this.#enable(this.back, this.at > 1);
    this.#enable(this.on, this.at < this.seen);
    this.live.hidden = this.at === this.page || own;
    this.live.textContent = fill(gettext("Back to where everybody is: slide %(page)s"), { page: this.page });
  }

  /** Not `disabled`: a button that loses its use under the finger must not lose the focus. */
  #enable(button, on) {
    button.setAttribute("aria-disabled", String(!on));
  }

  // ── the panel ───────────────────────────────────────────────────────────────────────────────────────────────────

  #desk() {
    const tools = this.querySelector("[data-slot]");
    const still = this.dataset.still !== undefined;
    const back = this.#button(gettext("Back"), () => this.#turn("screen.step", { forward: false }));
    const on = this.#button(gettext("Next slide"), () => this.#turn("screen.step", { forward: true }));
    const choose = document.createElement("select");
    choose.className = "input";
    choose.setAttribute("aria-label", gettext("Go to slide"));
    for (let page = 1; page <= this.count; page += 1) choose.add(new Option(fill(gettext("Slide %(page)s"), { page }), page, false, page === this.page));
    choose.addEventListener("change", () => this.#turn("slides.goto", { a: Number(this.dataset.a), page: Number(choose.value) }));
    back.disabled = on.disabled = choose.disabled = still;
    tools.replaceChildren(back, on, choose);
  }

  async #turn(op, fields) {
    try {
      await plenary.do(op, fields);
    } catch (refusal) {
      plenary.say(refusal.message);
    }
  }

  #button(text, act, kind = "") {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `btn ${kind}`;
    button.textContent = text;
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && act());
    return button;
  }
}

customElements.define("plenary-slides", PlenarySlides);
