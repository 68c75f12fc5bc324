/**
 * Rows that are dragged by their handle (`data-grip`), with a finger or a mouse. The dragged row stays in the document
 * where the finger took it and its neighbours step aside, so that the pointer is never lost.
 */

/** This near to the edge of the glass the page goes along. */
const EDGE = 96;
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Let a row come from where it was. */
export function slide(row, by) {
  if (Math.abs(by) < 1 || calm()) return;
  row.animate([{ translate: `0 ${by}px` }, { translate: "0 0" }], { duration: 160, easing: "ease-out" });
}

/**
 * @param {HTMLElement} host holds the pointer
 * @param {HTMLElement} list of the rows
 * @param {(row: HTMLElement, at: number|null) => void} dropped `at`: the row's new place, null where it did not move
 */
export function draggable(host, list, dropped) {
  let held = null;
  const by = () => held.y + window.scrollY - held.from;

  function pass(act, other) {
    const [top, theirs] = [held.row.offsetTop, other.offsetTop];
    act();
    held.from += held.row.offsetTop - top;
    held.moved = true;
    slide(other, theirs - other.offsetTop);
  }

  function follow() {
    const { row } = held;
    for (let next = row.nextElementSibling; next && by() > next.offsetHeight / 2; next = row.nextElementSibling) {
      pass(() => row.before(next), next);
    }
    for (let last = row.previousElementSibling; last && -by() > last.offsetHeight / 2; last = row.previousElementSibling) {
      pass(() => row.after(last), last);
    }
    row.style.translate = `0 ${by()}px`;
  }

  function scroll() {
    if (!held) return;
    const step = held.y < EDGE ? -8 : held.y > window.innerHeight - EDGE - 40 ? 8 : 0;
    if (step) {
      window.scrollBy({ top: step, behavior: "instant" });
      follow();
    }
    requestAnimationFrame(scroll);
  }

  function drop(event) {
    if (!held) return;
    const { row, moved } = held;
    held = null;
    row.classList.remove("dragged");
    row.style.translate = "";
    dropped(row, moved && event.type === "pointerup" ? [...list.children].indexOf(row) : null);
  }

  host.addEventListener("pointerdown", (event) => {
    if (held || event.button || !event.target.closest("[data-grip]")) return;
    event.preventDefault();
    const row = event.target.closest("li");
    host.setPointerCapture(event.pointerId);
    held = { row, from: event.pageY, y: event.clientY, moved: false };
    row.classList.add("dragged");
    requestAnimationFrame(scroll);
  });
  host.addEventListener("pointermove", (event) => {
    if (!held) return;
    held.y = event.clientY;
    follow();
  });
  for (const end of ["pointerup", "pointercancel"]) host.addEventListener(end, drop);
}
