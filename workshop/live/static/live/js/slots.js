/**
 * Slots on the page: `<div data-slot="activity:31">` holds a slot's HTML. When a newer one comes, the content of exactly
 * that element is replaced, and what the person has in hand stays (see keep.js).
 *
 * An element with an answer form that the learner has touched stays in place as long as the same round can be answered;
 * only its parts marked `data-live="name"` are replaced. The rest follows when the answer is saved.
 */

import { glide, places } from "./glide.js";
import { give, steady, take } from "./keep.js";

const parse = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html; // rendered by this server, the only source of HTML
  return template.content;
};

/** HTML as it stands on the page and as it came, without what only the first page carries (form tokens, inner slots). */
const bare = (root) => {
  for (const extra of root.querySelectorAll("input[name=csrfmiddlewaretoken], noscript")) extra.remove();
  for (const inner of root.querySelectorAll("[data-slot]")) inner.replaceChildren();
  return root.innerHTML.trim();
};
const painted = (element) => bare(element.cloneNode(true));
const serial = (content) => {
  const holder = document.createElement("div");
  holder.append(content.cloneNode(true));
  return bare(holder);
};

/** An activity that was added while this page was open may be of a kind whose module and styles are not here yet. */
const fetchNeeds = (content) => {
  for (const { dataset } of content.querySelectorAll("[data-modules]")) {
    if (!here.size) {
      for (const { href, src } of document.querySelectorAll("script[src], link[rel=stylesheet]")) here.add(stem(src ?? href));
    }
    for (const address of missing(dataset.styles, here)) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: address }));
    }
    for (const address of missing(dataset.modules, here)) import(address).catch(() => here.delete(stem(address)));
  }
};

/** Paths of the modules and styles that are here, without the hash of their version. */
const here = new Set();
const stem = (address) => new URL(address, globalThis.location?.href).pathname.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, "");

/** Of these addresses those that are not here, nor in another version: a page stays with what it began with. */
export const missing = (addresses, known) =>
  addresses.split(" ").filter((address) => address && !known.has(stem(address)) && known.add(stem(address)));

const asks = (root) => [...root.querySelectorAll("form.ask")];
const question = (form) => `${form.dataset.a}.${form.dataset.q}.${form.dataset.round}.${form.dataset.subject ?? ""}`;
const touched = (form) => form.hasAttribute("data-touched") || form.contains(document.activeElement);
const usable = (form) => Boolean(form.querySelector("[name=v]:not(:disabled)"));

export class Slots {
  #store;
  #filled = new WeakMap();
  #waiting = new WeakMap();
  #after = new Set();

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.#store = store;
    store.on("*", (state, name) => this.show(name, state));
  }

  /** Be told of each part of the page whose content was replaced: `fn(element)`. */
  swapped(fn) {
    this.#after.add(fn);
    return () => this.#after.delete(fn);
  }

  /** Put a slot's newest HTML into its elements. */
  show(name, state = this.#store.get(name)) {
    const elements = document.querySelectorAll(`[data-slot="${CSS.escape(name)}"]`);
    for (const element of elements) steady(() => this.#fill(element, name, state));
  }

  /** Fill an element that has just been put into the page, and the slots inside it. */
  fill(element) {
    if (element.dataset.slot) this.#fill(element, element.dataset.slot, this.#store.get(element.dataset.slot));
    this.#nested(element);
  }

  /** An answer was saved: what had to wait may be shown now. */
  release(form) {
    const element = form.closest("[data-slot]");
    const state = element && this.#waiting.get(element);
    if (!state) return;
    this.#waiting.delete(element);
    steady(() => this.#fill(element, element.dataset.slot, state));
  }

  #fill(element, name, state) {
    if (!state) {
      if (this.#filled.has(element)) this.#replace(element, document.createDocumentFragment());
      this.#filled.delete(element);
      return;
    }
    if (state.h === undefined || this.#filled.get(element) === state.h) return;
    const content = parse(state.h);
    fetchNeeds(content);
    if (this.#inHand(element, content)) {
      this.#waiting.set(element, state);
      this.#liveParts(element, content);
      return;
    }
    this.#waiting.delete(element);
    const first = !this.#filled.has(element);
    this.#filled.set(element, state.h);
    if (first && painted(element) === serial(content)) this.#nested(element);
    else this.#replace(element, content);
  }

  /** Whether a touched form stands here that the new content still lets be answered. */
  #inHand(element, content) {
    const open = new Set(asks(content).filter(usable).map(question));
    return asks(element).some((form) => touched(form) && usable(form) && open.has(question(form)));
  }

  #replace(element, content) {
    const held = take(element);
    const before = places(element);
    element.replaceChildren(content);
    globalThis.htmx?.process(element);
    this.#nested(element);
    give(element, held);
    glide(element, before);
    for (const fn of this.#after) fn(element);
  }

  #liveParts(element, content) {
    for (const part of content.querySelectorAll("[data-live]")) {
      const old = element.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
      if (!old || old.innerHTML === part.innerHTML || asks(old).length) continue;
      const held = take(old);
      old.replaceWith(part);
      this.#nested(part);
      give(part, held);
    }
  }

  #nested(element) {
    for (const inner of element.querySelectorAll("[data-slot]")) {
      this.#fill(inner, inner.dataset.slot, this.#store.get(inner.dataset.slot));
    }
  }
}
