// What the plan pages do beyond htmx: minutes while somebody taps, focus and open parts after a swap, the line of a
// mistake, embedded pictures before a big text is sent. Everything works without it, one request at a time.

const SAID = "#say";

/** Minutes: the number changes under the finger, and one request goes out when the finger rests. */
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-minutes] button[name=by]") : null;
  if (!button || !window.htmx) return;
  event.preventDefault();
  const form = button.closest("form");
  const input = form.elements.namedItem("minutes");
  input.value = String(Math.max(0, (Number.parseInt(input.value, 10) || 0) + Number(button.value)));
  form.dataset.waits = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// htmx sends the button that was clicked last; the number holds its step already.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target instanceof Element && event.target.matches("[data-minutes]")) delete event.detail.parameters.by;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target instanceof HTMLElement) delete event.target.dataset.waits;
});

/** Ids of the parts that are open, kept over a swap. */
let open = [];
/** Where the focus was. */
let focused = "";

/** A picture of what is typed changes beside the form: nothing of the person's moves. */
const beside = (event) => event.detail.target.closest("aside.preview");

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (beside(event)) return;
  // A newer number waits to be sent: its answer will hold this one too.
  if (target.querySelector("form[data-waits]")) event.detail.shouldSwap = false;
  open = [...target.querySelectorAll("details[id]")].map((each) => [each.id, each.open]);
  focused = document.activeElement?.id ?? "";
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (beside(event)) return;
  const part = document.getElementById(event.detail.target.id) ?? event.detail.elt;
  for (const [id, was] of open) {
    const details = document.getElementById(id);
    if (details instanceof HTMLDetailsElement) details.open = was;
  }
  open = [];
  focus(part);
  const said = part.dataset?.said;
  const line = document.querySelector(SAID);
  if (said && line) line.textContent = said;
});

/** Puts the focus where the server says, else back to where it was; never onto the body. */
function focus(part) {
  const named = part.dataset?.focus;
  if (named === "last-question") {
    part.querySelector("[data-last] textarea")?.focus();
    return;
  }
  const target =
    (named && document.getElementById(named)) ||
    (focused && document.getElementById(focused)) ||
    (focused && document.getElementById("plan-title"));
  if (!target || target === document.activeElement) return;
  // What stands in a closed menu cannot have the focus: its button can.
  const menu = target.closest("[popover]");
  const shown = menu && !menu.matches(":popover-open") ? document.querySelector(`[popovertarget="${menu.id}"]`) : target;
  shown?.focus({ preventScroll: false });
}

/** A form that takes its time (the demonstration, an import) shows it on its button, and is sent once. */
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.matches("[hx-post], [hx-get]") || button.matches("[hx-post]")) return;
  if (button.getAttribute("aria-busy")) event.preventDefault();
  button.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's memory can be sent again.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

/** The line of a mistake: in view and selected. */
for (const form of document.querySelectorAll("form[data-line]")) {
  const area = form.querySelector("textarea");
  const line = Number(form.dataset.line);
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(line - 4, 0);
}

/** As much as the server reads of a pasted text. */
const MOST = 1_000_000;
const PICTURE = /data:[a-z]+\/[\w.+-]+(?:;[\w=.-]+)*,[^)\s"'>]*/gi;

for (const form of document.querySelectorAll("form[data-import]")) {
  const area = form.querySelector("textarea");
  form.addEventListener("submit", (event) => {
    if (area.value.length <= MOST / 2) return;
    area.value = area.value.replace(PICTURE, "");
    if (new Blob([area.value]).size <= MOST) return;
    event.preventDefault();
    area.setCustomValidity(area.dataset.big ?? "");
    area.reportValidity();
  });
  area.addEventListener("input", () => area.setCustomValidity(""));
}

/** A page that came back with something missing begins there. */
document.querySelector("#problem[tabindex], form [aria-invalid=true]")?.focus();
