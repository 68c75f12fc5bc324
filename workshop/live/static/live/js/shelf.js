/**
 * A little room in the browser that may not exist: local storage under a prefix, or memory where it is blocked or full.
 *
 * Every entry is a key of its own, so that two tabs never overwrite each other's.
 */

export class Shelf {
  #storage;
  #memory = new Map();
  #prefix;

  /**
   * @param {string} prefix for instance `plenary:<session>:<seat>:`
   * @param {() => Storage} storage may throw (private mode, blocked cookies)
   */
  constructor(prefix, storage = () => globalThis.localStorage) {
    this.#prefix = prefix;
    try {
      this.#storage = storage() ?? null;
    } catch {
      this.#storage = null;
    }
  }

  get(key) {
    const name = this.#prefix + key;
    if (this.#memory.has(name)) return this.#memory.get(name);
    try {
      const text = this.#storage?.getItem(name);
      return text ? JSON.parse(text) : undefined;
    } catch {
      return undefined;
    }
  }

  set(key, value) {
    const name = this.#prefix + key;
    try {
      if (!this.#storage) throw new Error("no storage");
      this.#storage.setItem(name, JSON.stringify(value));
      this.#memory.delete(name);
    } catch {
      this.#memory.set(name, value);
    }
  }

  delete(key) {
    const name = this.#prefix + key;
    this.#memory.delete(name);
    try {
      this.#storage?.removeItem(name);
    } catch {
      // Nothing to remove where nothing could be kept.
    }
  }

  /** Keys (without the prefix) that begin with `start`. */
  keys(start = "") {
    const found = new Set(this.#memory.keys());
    try {
      for (let i = 0; i < (this.#storage?.length ?? 0); i += 1) found.add(this.#storage.key(i));
    } catch {
      // Blocked between two calls: what is in memory is all there is.
    }
    const whole = this.#prefix + start;
    return [...found].filter((name) => name.startsWith(whole)).map((name) => name.slice(this.#prefix.length));
  }

  /** Remove everything under the prefix. */
  clear() {
    for (const key of this.keys()) this.delete(key);
  }
}
