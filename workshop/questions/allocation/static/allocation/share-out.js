/**
 * `<share-out data-total="100" data-most="100" data-step="10" data-all>`: points or dots that are given away with
 * buttons or typed; what is left is always in view and said aloud. The amounts are kept as JSON in the hidden field `v`.
 * Without script the number fields are sent. With `data-all` everything must be given away.
 */

import { plenary } from "../live/js/core.js";
import { fill, gettext, ngettext } from "../live/js/words.js";

class ShareOut extends HTMLElement {
  connectedCallback() {
    if (this.field) return; // moved within the page
    this.field = this.querySelector("[name=v]");
    this.fields = new Map([...this.querySelectorAll("li")].map((row) => [row.dataset.id, row.querySelector("input")]));
    this.total = Number(this.dataset.total);
    this.most = Number(this.dataset.most);
    this.querySelector(".purse").hidden = this.field.disabled;
    for (const button of this.querySelectorAll("[data-by]")) button.hidden = this.field.disabled;
    this.field.addEventListener("plenary:put", () => this.#put());
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("input", (event) => this.#typed(event));
    if (this.field.value) this.#put();
    else this.#keep(this.#given(), false);
  }

  /** What is in the fields: whole numbers, without zeros. */
  #given() {
    const found = [...this.fields].map(([id, input]) => [id, Math.floor(Number(input.value))]);
    return Object.fromEntries(found.filter(([, points]) => Number.isFinite(points) && points > 0));
  }

  #put() {
    const given = this.field.value ? JSON.parse(this.field.value) : {};
    for (const [id, input] of this.fields) input.value = given[id] ?? "";
    this.#draw(given);
  }

  #left = (given) => this.total - Object.values(given).reduce((sum, points) => sum + points, 0);

  #clicked(event) {
    const button = event.target.closest("[data-by]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const id = button.closest("li").dataset.id;
    const given = this.#given();
    const now = given[id] ?? 0;
    const step = Number(this.dataset.step);
    // To the next round number, and never beyond what is left.
    const aim = Number(button.dataset.by) > 0 ? Math.floor(now / step) * step + step : Math.ceil(now / step) * step - step;
    const next = Math.max(0, Math.min(aim, this.most, now + Math.max(0, this.#left(given))));
    this.fields.get(id).value = next || "";
    this.#keep({ ...given, [id]: next });
    this.#say(id, next);
  }

  #typed(event) {
    if (event.target === this.field) return;
    event.stopPropagation(); // the hidden field's own event says it, with the whole value
    this.#keep(this.#given());
  }

  #keep(given, told = true) {
    const value = Object.fromEntries(Object.entries(given).filter(([, points]) => points));
    this.field.value = Object.keys(value).length ? JSON.stringify(value) : "";
    this.#draw(value);
    if (told) this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #say(id, points) {
    const what = this.fields.get(id).closest("li").querySelector("bdi").textContent;
    const left = this.#left(this.#given());
    plenary.say(fill(gettext("%(what)s: %(points)s. %(left)s left."), { what, points, left }));
  }

  #draw(given) {
    const left = this.#left(given);
    const over = Object.values(given).some((points) => points > this.most);
    this.querySelector("[data-left]").value = String(left);
    this.querySelector(".purse rect").setAttribute("width", `${Math.max(0, (100 * left) / this.total)}%`);
    this.querySelector(".purse").classList.toggle("over", left < 0);
    for (const [id, input] of this.fields) {
      const [less, more] = input.parentElement.querySelectorAll("[data-by]");
      const points = given[id] ?? 0;
      less.setAttribute("aria-disabled", String(!points));
      more.setAttribute("aria-disabled", String(left <= 0 || points >= this.most));
      input.setAttribute("aria-invalid", String(points > this.most || left < 0));
      input.closest("li").classList.toggle("given", points > 0);
    }
    if (left < 0) this.dataset.unready = fill(ngettext("%(n)s too many", "%(n)s too many", -left), { n: -left });
    else if (over) this.dataset.unready = fill(gettext("At most %(n)s for one"), { n: this.most });
    else if (left && "all" in this.dataset) this.dataset.unready = fill(ngettext("%(n)s left", "%(n)s left", left), { n: left });
    else delete this.dataset.unready;
  }
}

customElements.define("share-out", ShareOut);
