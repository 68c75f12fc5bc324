/** What a page says about its connection: after two seconds, because most breaks are shorter. */

import { fill, gettext, ngettext, timeOf } from "./words.js";

const PATIENCE_MS = 2_000;

/**
 * @param {object} plenary see core.js
 * @param {(off: boolean, lines: {title: string, text: string}) => void} show
 */
export function watch(plenary, show) {
  let since = null;
  let lost = "";
  let timer = null;
  const update = () => {
    const off = !plenary.connected() && since !== null && Date.now() - since >= PATIENCE_MS;
    show(off, words(plenary.outbox.waiting().filter((entry) => entry.keep).length, lost, plenary.as));
  };
  plenary.onConnection((state) => {
    clearTimeout(timer);
    if (plenary.connected()) {
      since = null;
    } else if (since === null) {
      since = Date.now();
      lost = timeOf(Date.now());
    }
    if (since !== null && state !== "stopped") timer = setTimeout(update, PATIENCE_MS + 50);
    update();
  });
  plenary.outbox.on(update);
}

/** The two lines of the banner. */
export function words(waiting, lost, as) {
  if (!waiting) {
    const text = fill(gettext("This page shows what it had at %(time)s and returns by itself."), { time: lost });
    return { title: gettext("No connection"), text };
  }
  const title = fill(ngettext("%(n)s answer waiting", "%(n)s answers waiting", waiting), { n: waiting });
  const text =
    as === "learner"
      ? gettext("No connection. They are kept on this phone and go out by themselves.")
      : gettext("No connection. They go out by themselves.");
  return { title, text };
}
