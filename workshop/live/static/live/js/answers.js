/**
 * A learner's own answers: what the server has, what is typed and not yet sent, and the counter of each.
 *
 * The counter `n` makes every answer of an author newer than the last: a write takes effect only where the stored one
 * is lower. It is kept on the shelf, so that a reload never goes back.
 */

const name = (a, q, round, subject = "") => `${a}.${q}.${round}${subject ? `.${subject}` : ""}`;

export class Answers {
  #shelf;
  #server = {};
  #mine = new Map();

  /** @param {import("./shelf.js").Shelf} shelf */
  constructor(shelf) {
    this.#shelf = shelf;
  }

  /** The newest `answers` of the slot `you`. */
  take(answers) {
    this.#server = answers ?? {};
  }

  /** The answer that the server has (or has acked): `{n, v, status}`, or null. */
  saved(a, q, round, subject = "") {
    const activity = this.#server[String(a)];
    const key = subject ? `${q}:${subject}` : q;
    const theirs = activity && Number(activity.round) === Number(round) ? activity.q?.[key] ?? null : null;
    const mine = this.#mine.get(name(a, q, round, subject)) ?? null;
    if (!mine) return theirs;
    return !theirs || mine.n >= theirs.n ? mine : theirs;
  }

  /** The counter for the next answer. */
  next(a, q, round, subject = "") {
    const key = `n:${name(a, q, round, subject)}`;
    const known = Math.max(this.#shelf.get(key) ?? 0, this.saved(a, q, round, subject)?.n ?? 0);
    this.#shelf.set(key, known + 1);
    return known + 1;
  }

  /** The server refused a counter as stale: it holds `n`. */
  stale(a, q, round, n, subject = "") {
    this.#shelf.set(`n:${name(a, q, round, subject)}`, n);
  }

  /** The server has it: `at` is the instant in ms. */
  acked(a, q, round, answer, subject = "") {
    const known = this.#mine.get(name(a, q, round, subject));
    if (!known || known.n <= answer.n) this.#mine.set(name(a, q, round, subject), answer);
  }

  /** Keep what is typed or chosen and not yet sent; null when it was sent. */
  type(a, q, round, value, subject = "") {
    const key = `typed:${name(a, q, round, subject)}`;
    if (value === null) this.#shelf.delete(key);
    else this.#shelf.set(key, value);
  }

  /** What was typed or chosen and not yet sent, or undefined. */
  typed(a, q, round, subject = "") {
    return this.#shelf.get(`typed:${name(a, q, round, subject)}`);
  }
}

/** The raw answer in a form's fields, by the question kind's shape; null when there is none. */
export function read(shape, fields) {
  const chosen = fields.filter((field) => !("checked" in field) || field.checked).map((field) => field.value);
  const given = chosen.filter((value) => value.trim() !== "");
  if (shape === "many") return given.length ? given : null;
  if (!given.length) return null;
  if (shape === "number") return Number(given[0]);
  if (shape === "json") return JSON.parse(given[0]);
  return given[0];
}

/** What each field must hold for a stored value: `{value}` or `{checked}`, in the order of `fields`. */
export function write(shape, fields, value) {
  const wanted = shape === "many" ? (value ?? []).map(String) : null;
  const single = value === null || value === undefined ? "" : String(value);
  let typed = 0;
  return fields.map((field) => {
    if (wanted && !("checked" in field)) return { value: wanted[typed++] ?? "" };
    if ("checked" in field) return { checked: wanted ? wanted.includes(field.value) : field.value === single };
    if (shape === "json") return { value: value === null || value === undefined ? "" : JSON.stringify(value) };
    return { value: single };
  });
}

/** Whether two raw answers are the same. */
export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
