/**
 * Sentences for people. The catalogue of the page's language is loaded by a script of its own before the modules
 * (none for English); without it the sentences are used as they stand.
 */

/** @param {string} text @returns {string} */
export const gettext = (text) => (globalThis.gettext ?? ((same) => same))(text);

/** @param {string} one @param {string} many @param {number} n @returns {string} */
export const ngettext = (one, many, n) =>
  (globalThis.ngettext ?? ((a, b, count) => (count === 1 ? a : b)))(one, many, n);

/** Put values into a sentence: `fill("Saved at %(time)s", {time})`. */
export const fill = (text, values) =>
  text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** An instant of the day with its seconds, as the page's language writes it, by 24 hours as everywhere in Plenary. */
export const timeOf = (ms) =>
  new Date(ms).toLocaleTimeString(globalThis.document?.documentElement.lang || undefined, { hourCycle: "h23" });
