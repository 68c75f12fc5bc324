/**
 * Dragging a card by its handle, with mouse, pen or finger. Every drag has a keyboard way (arrow keys on the handle)
 * and a menu.
 */

const THRESHOLD = 6;
const EDGE = 60;
const PACE = 14;

/**
 * @param {HTMLElement} handle where the drag begins
 * @param {HTMLElement} card what is dragged
 * @param {HTMLElement} board its columns are `[data-column]`, its tabs `[data-tab]`
 * @param {(column: number, before: number|null) => void} drop
 */
export function draggable(handle, card, board, drop) {
  handle.addEventListener("pointerdown", (start) => {
    if (start.button !== 0) return;
    start.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(start.pointerId);
    const drag = new Drag(card, board, start);
    const move = (event) => drag.move(event);
    const end = (event) => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", end);
      handle.removeEventListener("pointercancel", end);
      const goal = event.type === "pointerup" ? drag.goal : null;
      drag.end();
      if (goal) drop(goal.column, goal.before);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
  });
}

class Drag {
  goal = null;
  #card;
  #board;
  #start;
  #ghost = null;
  #mark;

  constructor(card, board, start) {
    this.#card = card;
    this.#board = board;
    this.#start = { x: start.clientX, y: start.clientY };
    this.#mark = document.createElement("div");
    this.#mark.className = "card-mark";
  }

  move(event) {
    const [dx, dy] = [event.clientX - this.#start.x, event.clientY - this.#start.y];
    if (!this.#ghost && Math.hypot(dx, dy) < THRESHOLD) return;
    if (!this.#ghost) this.#lift();
    this.#ghost.style.translate = `${dx}px ${dy}px`;
    if (event.clientY < EDGE) window.scrollBy(0, -PACE);
    else if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, PACE);
    this.#aim(event.clientX, event.clientY);
  }

  end() {
    this.#ghost?.remove();
    this.#mark.remove();
    this.#card.classList.remove("lifted");
  }

  #lift() {
    const box = this.#card.getBoundingClientRect();
    this.#ghost = this.#card.cloneNode(true);
    this.#ghost.removeAttribute("data-card");
    this.#ghost.classList.add("ghost-card");
    this.#ghost.setAttribute("aria-hidden", "true");
    Object.assign(this.#ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
    this.#board.append(this.#ghost);
    this.#card.classList.add("lifted");
  }

  #aim(x, y) {
    const under = document.elementsFromPoint(x, y).filter((element) => this.#board.contains(element));
    const tab = under.find((element) => element.dataset?.tab);
    if (tab) {
      this.goal = { column: Number(tab.dataset.tab), before: null };
      this.#mark.remove();
      return;
    }
    const column = under.find((element) => element.dataset?.column);
    if (!column) return;
    const list = column.querySelector("[data-cards]");
    const after = [...list.querySelectorAll("[data-card]")].find((card) => {
      const box = card.getBoundingClientRect();
      return card !== this.#card && y < box.top + box.height / 2;
    });
    list.insertBefore(this.#mark, after ?? null);
    this.goal = { column: Number(column.dataset.column), before: after ? Number(after.dataset.card) : null };
  }
}
