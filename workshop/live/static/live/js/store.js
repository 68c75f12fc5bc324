/**
 * The newest state of every slot that this page has heard of.
 *
 * A slot is a value (`{e, r, d, h}`) or a collection (`{e, r, items: Map}`). An older revision is ignored, a higher
 * epoch replaces whatever is held, and a collection that missed something asks for all of it again.
 */

/** Servers and proxies take addresses of 8,000 bytes; encoded, this is half as much again. */
const HAVE_LENGTH = 4_000;

const newer = (frame, held) => {
  if (frame.anew) return true;
  const epoch = frame.e ?? held.e;
  return epoch > held.e || (epoch === held.e && (frame.r ?? Infinity) > held.r);
};

export class Store {
  #slots = new Map();
  #listeners = new Map();
  #resync;

  /** @param {(slot: string) => void} resync asks the server for a collection from the beginning */
  constructor(resync = () => {}) {
    this.#resync = resync;
  }

  /** @returns the state of a slot, or undefined */
  get(name) {
    return this.#slots.get(name);
  }

  /** Names of the slots held, in the order in which they first came. */
  names() {
    return [...this.#slots.keys()];
  }

  /**
   * What is held, as the URL parameter `have` of a reconnect: `stage.1.12,tally:31.2.90`. As much as an address may
   * hold: what is left out is sent whole.
   */
  have() {
    let found = "";
    for (const [name, { e, r }] of this.#slots) {
      const part = `${found && ","}${name}.${e}.${r}`;
      if (found.length + part.length <= HAVE_LENGTH) found += part;
    }
    return found;
  }

  /**
   * Be told of each change of a slot: `fn(state, name)`, with undefined when it is gone.
   * A name that ends in `*` matches all slots with that beginning.
   *
   * @returns {() => void} stops it
   */
  on(name, fn) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(fn);
    return () => this.#listeners.get(name)?.delete(fn);
  }

  /** Take a `slot` frame. @returns {boolean} whether it changed anything */
  take(frame) {
    const changed = frame.items ? this.#takeItems(frame) : this.#takeValue(frame);
    if (changed) this.#tell(frame.s);
    return changed;
  }

  /** Forget everything: another person uses the page. */
  clear() {
    this.#slots.clear();
  }

  #takeValue(frame) {
    const held = this.#slots.get(frame.s);
    if (held && !newer(frame, held)) return false;
    if (frame.gone) return this.#slots.delete(frame.s);
    const state = { e: frame.e ?? held?.e ?? 1, r: frame.r ?? held?.r ?? 0 };
    if ("d" in frame) state.d = frame.d;
    if ("h" in frame) state.h = frame.h;
    this.#slots.set(frame.s, state);
    return true;
  }

  #takeItems(frame) {
    const held = this.get(frame.s);
    const epoch = frame.e ?? held?.e ?? 1;
    const from = frame.from ?? 0;
    if (held && (epoch < held.e || (epoch === held.e && frame.r < held.r))) return false;
    const fresh = !held?.items || epoch > held.e;
    if (from > 0 && (fresh || from > held.r)) {
      this.#resync(frame.s);
      return false;
    }
    if (held && !fresh && frame.r === held.r && from > 0) return false;
    const items = fresh || from === 0 ? new Map() : held.items;
    const changed = this.#merge(items, frame.items, from === 0 ? held?.items : undefined);
    this.#slots.set(frame.s, { e: epoch, r: frame.r, items, changed });
    return true;
  }

  /** Put items in where they are newer. @returns {Set<string>} ids that changed, removed ones too */
  #merge(items, incoming, before) {
    const changed = new Set();
    for (const [id, item] of Object.entries(incoming)) {
      const old = items.get(id);
      if (item === null) {
        if (items.delete(id)) changed.add(id);
      } else if (!old || (item.r ?? 0) >= (old.r ?? 0)) {
        items.set(id, item);
        if (!old || item.r !== old.r) changed.add(id);
      }
    }
    for (const id of before?.keys() ?? []) if (!items.has(id)) changed.add(id);
    return changed;
  }

  #tell(name) {
    const state = this.get(name);
    for (const [pattern, fns] of this.#listeners) {
      const hit = pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
      if (hit) for (const fn of [...fns]) fn(state, name);
    }
  }
}
