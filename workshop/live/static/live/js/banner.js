/** What a page says about its connection: after two seconds, because most breaks are shorter. */

import { fill, gettext, ngettext, timeOf } from "./words.js";

const PATIENCE_MS = 2_000;
/** From then on the page speaks of no connection and no longer of reconnecting. It goes on trying all the same. */
const GONE_MS = 15_000;

/**
 * Tell how the connection stands, now and at each change.
 *
 * @param {object} plenary see core.js
 * @param {(state: "live" | "polling" | "reconnecting" | "offline", waiting: number, since: number | null) => void} tell
 *   `waiting`: what is not acknowledged; `since`: when the connection was lost, in ms of this device's clock
 */
export function whenConnectionChanges(plenary, tell) {
  let since = Date.now();
  let timers = [];
  const update = () => {
    const waiting = plenary.outbox.waiting().length;
    if (plenary.connected()) tell(plenary.polling() ? "polling" : "live", waiting, null);
    else tell(gone() ? "offline" : "reconnecting", waiting, since);
  };
  const gone = () => stopped || navigator.onLine === false || Date.now() - since >= GONE_MS;
  let stopped = false;
  plenary.onConnection((state) => {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
    stopped = state === "stopped";
    if (plenary.connected()) since = null;
    else since ??= Date.now();
    if (since !== null && !stopped) {
      for (const ms of [PATIENCE_MS, GONE_MS]) timers.push(setTimeout(update, Math.max(0, since + ms + 50 - Date.now())));
    }
    update();
  });
  plenary.outbox.on(update);
}

/**
 * The banner of a page that has lost its connection.
 *
 * @param {object} plenary see core.js
 * @param {(off: boolean, lines: {title: string, text: string}) => void} show
 */
export function watch(plenary, show) {
  whenConnectionChanges(plenary, (state, _waiting, since) => {
    shine(document.getElementById("light"), state);
    const off = since !== null && Date.now() - since >= PATIENCE_MS;
    const kept = plenary.outbox.waiting().filter((entry) => entry.keep).length;
    show(off, words(kept, timeOf(since ?? Date.now()), plenary.as, state === "offline"));
  });
}

/** The small light in the head of a page: always there, so that a green one means something. */
function shine(light, state) {
  if (!light) return;
  light.classList.toggle("slow", state === "polling" || state === "reconnecting");
  light.classList.toggle("off", state === "offline");
  light.setAttribute("aria-label", light.dataset[state]);
  light.dataset.state = state;
}

/** The two lines of the banner. `gone`: for so long that it is no mere break. */
export function words(waiting, lost, as, gone = true) {
  // On the wall there is little room and nobody to press anything.
  if (as === "screen") return { title: "", text: fill(gettext("No connection since %(time)s"), { time: lost }) };
  if (!waiting) {
    const text = fill(gettext("This page shows what it had at %(time)s and returns by itself."), { time: lost });
    return { title: gone ? gettext("No connection") : gettext("Reconnecting …"), text };
  }
  const title = fill(ngettext("%(n)s answer waiting", "%(n)s answers waiting", waiting), { n: waiting });
  if (as !== "learner") return { title, text: gettext("No connection. They go out by themselves.") };
  const text = gone
    ? gettext("No connection. They are kept on this phone and go out by themselves.")
    : gettext("Reconnecting. They are kept on this phone and go out by themselves.");
  return { title, text };
}
