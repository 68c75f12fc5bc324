/**
 * What an answer form says and offers. Where the page shows one open question, its line and its button stand at the
 * foot of the page (`#foot`), at the thumb; else in the form itself.
 */

import { gettext } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name of a symbol in the sprite */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

function speak(line, view) {
  if (!line) return;
  line.className = `say ${view.tone}`.trim();
  const parts = view.icon ? [icon(view.icon), view.text] : [view.text];
  if (line.textContent !== view.text || Boolean(line.firstElementChild) !== Boolean(view.icon)) line.replaceChildren(...parts);
}

function offer(button, view) {
  if (!button) return;
  if (button.textContent !== view.label) button.textContent = view.label;
  button.classList.toggle("go", view.go);
  button.setAttribute("aria-disabled", String(view.off));
  button.setAttribute("aria-busy", String(view.busy));
}

function withdrawal(button, form, view) {
  if (!button) return;
  let other = button.parentElement.querySelector("[data-withdraw]");
  if (!view.withdraw) {
    other?.remove();
    return;
  }
  if (!other) {
    other = document.createElement("button");
    other.type = "button";
    other.className = "btn quiet";
    other.dataset.withdraw = "";
    other.textContent = gettext("Withdraw answer");
    button.after(other);
  }
  if (!form.contains(other)) other.setAttribute("form", form.id);
}

let ids = 0;

export class Foot {
  #form = null;

  /** Let the foot stand for this form; null: for none. */
  follow(form, submitter) {
    const foot = document.getElementById("foot");
    if (!foot) return;
    if (this.#form && this.#form !== form) this.#back(submitter);
    this.#form = form;
    foot.querySelector("[data-foot=ask]").hidden = !form;
    foot.querySelector("[data-foot=rest]").hidden = Boolean(form);
    if (!form) return;
    if (!form.id) form.id = `ask-${(ids += 1)}`;
    const button = foot.querySelector("[data-foot=ask] button:not([data-withdraw])");
    button.setAttribute("form", form.id);
    for (const own of [form.querySelector(".say"), submitter(form)]) if (own) own.hidden = true;
  }

  /** Show how a form stands, where its line and button are now. */
  show(form, view, { say, button }) {
    const foot = this.#form === form && document.querySelector("#foot [data-foot=ask]");
    const line = foot ? foot.querySelector(".say") : say;
    const act = foot ? foot.querySelector("button:not([data-withdraw])") : button;
    speak(line, view);
    offer(act, view);
    withdrawal(act, form, view);
  }

  #back(submitter) {
    const form = this.#form;
    for (const own of [form.querySelector(".say"), submitter(form)]) if (own) own.hidden = false;
    document.querySelector("#foot [data-foot=ask] [data-withdraw]")?.remove();
  }
}
