/**
 * What a person has in hand while a part of the page is replaced: focus, caret, typed text, choices, open details,
 * scroll. Taken before the swap, given back after it to the elements that stand for the same thing.
 */

const FIELDS = "input, textarea, select";

/** A name that finds the same element in the new HTML: its id, or its form's address and its own name and value. */
function key(element) {
  if (element.id) return `#${element.id}`;
  const form = element.closest("form");
  const where = form ? form.dataset.key || form.id || form.getAttribute("action") || "" : "";
  const own = element.getAttribute("name") || element.getAttribute("aria-label") || element.textContent.trim().slice(0, 60);
  const choice = element.type === "radio" || element.type === "checkbox" || element.tagName === "BUTTON";
  return [where, element.tagName, own, choice ? element.value : ""].join("|");
}

const changed = (field) =>
  field.type === "radio" || field.type === "checkbox"
    ? field.checked !== field.defaultChecked
    : field.tagName !== "SELECT" && field.value !== field.defaultValue;

/** @param {Element} root the part that is about to be replaced */
export function take(root) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const fields = [...root.querySelectorAll(FIELDS)].filter((field) => field.type !== "hidden" && changed(field));
  return {
    focus: active && { key: key(active), start: caret(active, "selectionStart"), end: caret(active, "selectionEnd") },
    fields: fields.map((field) => ({ key: key(field), value: field.value, checked: field.checked })),
    open: [...root.querySelectorAll("details[open]")].map((element) => detailsKey(element)),
    scrolled: [...root.querySelectorAll("[id], [tabindex]")]
      .filter((element) => element.scrollLeft || element.scrollTop)
      .map((element) => ({ key: key(element), x: element.scrollLeft, y: element.scrollTop })),
  };
}

/** @param {Element} root the part after the swap @param {ReturnType<typeof take>} held */
export function give(root, held) {
  const byKey = new Map([...root.querySelectorAll(`${FIELDS}, button, a, summary, [tabindex], [id]`)].map((e) => [key(e), e]));
  for (const old of held.fields) {
    const field = byKey.get(old.key);
    if (!field || field.disabled) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = old.checked;
    else if (field.type !== "file") field.value = old.value;
  }
  for (const element of root.querySelectorAll("details")) {
    if (held.open.includes(detailsKey(element))) element.open = true;
  }
  for (const { key: name, x, y } of held.scrolled) byKey.get(name)?.scrollTo(x, y);
  if (held.focus) refocus(byKey.get(held.focus.key), held.focus);
}

function refocus(element, { start, end }) {
  if (!element) return;
  element.focus({ preventScroll: true });
  if (start !== null && typeof element.setSelectionRange === "function") {
    try {
      element.setSelectionRange(start, end);
    } catch {
      // Fields of this type have no caret.
    }
  }
}

function caret(element, side) {
  try {
    return element[side] ?? null;
  } catch {
    return null;
  }
}

const detailsKey = (element) => element.id || element.querySelector("summary")?.textContent.trim() || "";

/**
 * Change the page without moving what the reader looks at: the element in hand, or the first one in view, stays where
 * it is on the glass.
 *
 * @param {() => void} act
 */
export function steady(act) {
  const anchor = inView();
  const before = anchor?.getBoundingClientRect().top;
  act();
  if (!anchor?.isConnected || window.scrollY === 0) return;
  const moved = anchor.getBoundingClientRect().top - before;
  if (Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: "instant" });
}

function inView() {
  const active = document.activeElement;
  const within = (element, beyond = 0) => {
    const box = element.getBoundingClientRect();
    return box.bottom > -beyond && box.top < window.innerHeight + beyond && box.height > 0;
  };
  // A field in use counts as in view when it has been pushed a little over the edge.
  if (active && active !== document.body && active.closest("main") && within(active, window.innerHeight / 2)) return active;
  // What stands in a part of the page moves with it: the parts come before what holds them all.
  const first = (selector) => [...document.querySelectorAll(selector)].find((element) => within(element));
  return first("main form, main [data-slot]") ?? first("main > *");
}
