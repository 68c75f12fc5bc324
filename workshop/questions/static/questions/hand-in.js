/**
 * `<form-hand-in data-a="31" data-round="1" data-total="5">`: how many questions of a form are done, and the button that
 * hands all of them in. Each question is an answer form of its own that the core sends.
 */

import { plenary } from "../live/js/core.js";

const filled = (form) =>
  [...form.querySelectorAll("[name=v]")].some((input) =>
    input.type === "radio" || input.type === "checkbox" ? input.checked : input.value.trim() !== "",
  );

class FormHandIn extends HTMLElement {
  #stops = [];

  connectedCallback() {
    this.hidden = false;
    this.querySelector("button").addEventListener("click", () => this.#handIn());
    this.#home.addEventListener("input", this);
    this.#home.addEventListener("change", this);
    this.#stops = [plenary.onSlot("you", () => this.#show()), () => this.#home?.removeEventListener("input", this)];
    this.#show();
  }

  disconnectedCallback() {
    for (const stop of this.#stops) stop();
  }

  handleEvent() {
    this.#show();
  }

  get #home() {
    return this.closest(".form-asks");
  }

  get #forms() {
    return [...(this.#home?.querySelectorAll("form.ask") ?? [])];
  }

  /** The first needed question that is empty, or null. */
  get #missing() {
    return this.#forms.find((form) => "required" in form.dataset && !filled(form)) ?? null;
  }

  #given(form) {
    const mine = plenary.you().answers?.[this.dataset.a];
    const own = String(mine?.round) === this.dataset.round ? mine.q?.[form.dataset.q] : undefined;
    return own && own.status !== "draft" && own.status !== "withdrawn" && !form.hasAttribute("data-touched");
  }

  #show() {
    const done = this.#forms.filter(filled);
    const all = done.length > 0 && done.every((form) => this.#given(form));
    const text = all ? this.dataset.in : this.dataset.done;
    const line = this.querySelector(".say");
    line.className = all ? "say ok" : "say";
    line.textContent = text.replace("%(done)s", done.length).replace("%(total)s", this.dataset.total);
    const button = this.querySelector("button");
    button.classList.toggle("go", !all);
    button.setAttribute("aria-disabled", String(done.length === 0));
  }

  #handIn() {
    const missing = this.#missing;
    if (missing) {
      missing.requestSubmit(); // says what is missing, and moves there
      return;
    }
    for (const form of this.#forms.filter(filled)) if (!this.#given(form)) form.requestSubmit();
    plenary.say(this.querySelector(".say").textContent);
  }
}

customElements.define("form-hand-in", FormHandIn);
