/** Pulse: `<pulse-box>` on phones (taps), `<pulse-meter>` for staff and the screen (counts, mean, trend, signs that rise). */

import { plenary } from "../live/js/core.js";

/** Signs that rise at once, however many people tapped. */
const MOST_RISING = 24;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

class PulseBox extends HTMLElement {
  #stop;
  #n = 0;

  connectedCallback() {
    this.addEventListener("submit", this);
    this.#stop = plenary.onSlot("you", () => this.#paint());
    this.#paint();
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this);
    this.#stop?.();
  }

  handleEvent(event) {
    event.preventDefault();
    const { name, value } = event.submitter ?? {};
    if (name) this.#tap(name, Number(value), event.submitter);
  }

  get #own() {
    return plenary.you().pulse?.[this.dataset.a];
  }

  #paint(level = this.#own?.v ?? 0) {
    this.#n = Math.max(this.#n, this.#own?.n ?? 0);
    for (const button of this.querySelectorAll("[name=v]")) button.setAttribute("aria-pressed", String(Number(button.value) === level));
  }

  async #tap(name, value, button) {
    // Later taps have higher numbers, also from another device of the same person.
    this.#n = Math.max(this.#n + 1, Date.now());
    // The same step again takes it back.
    const said = name === "v" && button.getAttribute("aria-pressed") === "true" ? 0 : value;
    if (name === "v") this.#paint(said);
    button.classList.remove("tapped");
    void button.offsetWidth; // begins the motion anew
    button.classList.add("tapped");
    const line = this.querySelector(".say");
    try {
      // What nobody heard in time is not worth repeating: a reaction is of its moment.
      await plenary.do("pulse.beat", { a: Number(this.dataset.a), n: this.#n, [name]: said }, { keep: false, key: name === "v" ? `pulse:${this.dataset.a}` : undefined });
      line.className = "say ok";
      line.textContent = this.dataset.sent;
    } catch (refusal) {
      line.className = "say warn";
      line.textContent = refusal.message;
      this.#paint();
    }
  }
}

class PulseMeter extends HTMLElement {
  #stop;
  #seen = null;

  connectedCallback() {
    this.#stop = plenary.onSlot(`pulse:${this.dataset.a}`, (state) => state?.d && this.#paint(state.d));
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  #paint(d) {
    d.counts.forEach((count, place) => {
      const row = this.querySelector(`[data-place="${place}"]`);
      if (!row) return;
      row.querySelector("b").textContent = count;
      if (this.#seen && plenary.as === "screen" && !calm.matches) this.#rise(row, count - (this.#seen[place] ?? 0));
    });
    this.#seen = d.counts;
    if (this.dataset.asks !== undefined) this.#level(d);
  }

  #level({ people, mean, trend }) {
    const now = this.querySelector(".now");
    // Being replaced: the next one paints itself.
    if (!now) return;
    const share = mean === null ? 0 : ((mean - 1) / 4) * 100;
    now.setAttribute("width", share);
    const said = [this.dataset.manyPeople.replace("%(n)s", people)];
    if (mean !== null) said.unshift(this.dataset.mean.replace("%(mean)s", mean));
    else if (people) said.push(this.dataset.few);
    this.querySelector(".pulse-say").textContent = said.join(" · ");
    const end = trend.length ? Math.max(trend[trend.length - 1][0], 1) : 1;
    const points = trend.map(([at, value]) => `${((at / end) * 100).toFixed(1)} ${(40 - ((value - 1) / 4) * 40).toFixed(1)}`);
    this.querySelector(".course").setAttribute("d", points.length > 1 ? `M${points.join("L")}` : "");
  }

  /** A few signs rise for many taps; they are gone by themselves. */
  #rise(row, taps) {
    for (let i = 0; i < Math.min(taps, MOST_RISING - this.querySelectorAll(".rising").length); i += 1) {
      const sign = document.createElement("i");
      sign.className = "rising";
      sign.setAttribute("aria-hidden", "true");
      sign.textContent = row.querySelector(".sign").textContent;
      row.append(sign);
      const aside = (Math.random() - 0.5) * 12;
      sign
        .animate([{ translate: "0 0", opacity: 0 }, { opacity: 1, offset: 0.15 }, { translate: `${aside}rem -46rem`, opacity: 0 }], { duration: 2600, delay: i * 90, easing: "ease-out", fill: "backwards" })
        .finished.finally(() => sign.remove());
    }
  }
}

customElements.define("pulse-box", PulseBox);
customElements.define("pulse-meter", PulseMeter);
