/**
 * Time as the server sees it, for display only: no timer of a client decides anything.
 *
 * The offset to the server is taken from the exchange with the shortest round trip of the last few.
 */

const SAMPLES = 8;

export class Clock {
  #samples = [];
  #local;

  /** @param {() => number} local the device's clock in ms */
  constructor(local = Date.now) {
    this.#local = local;
  }

  /** One exchange: sent at `at` (device), answered with `now` (server). Without `at`, a mere "it is now". */
  exchange(now, at = null) {
    const arrived = this.#local();
    const trip = at === null ? 5_000 : Math.max(0, arrived - at);
    const half = at === null ? 0 : trip / 2;
    this.#samples.push({ trip, offset: now + half - arrived });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** Forget what was measured: the device's clock was set or slept. */
  reset() {
    this.#samples = [];
  }

  /** @returns {number} the server's time in ms */
  now() {
    const best = this.#samples.reduce((a, b) => (a && a.trip <= b.trip ? a : b), null);
    return this.#local() + (best ? best.offset : 0);
  }
}

/**
 * Milliseconds left on a `clock` slot's data; negative when over time.
 *
 * @param {{at: number, left: number, running: boolean}} data
 * @param {number} now the server's time in ms
 */
export function left(data, now) {
  return data.running ? data.left - (now - data.at) : data.left;
}

/** `23:42`, `1:02:05` or, when over, `+0:31`. A second counts until it is over, so that 0:00 is the end. */
export function inWords(ms) {
  const over = ms <= -1000;
  const seconds = over ? Math.floor(-ms / 1000) : Math.max(0, Math.ceil(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const text = hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  return over ? `+${text}` : text;
}

/** How much of the time is used, from 0 to 1. */
export function used(data, now) {
  if (!data.total) return 0;
  return Math.min(1, Math.max(0, 1 - left(data, now) / data.total));
}
