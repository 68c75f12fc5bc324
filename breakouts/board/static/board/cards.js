/** What a board does with its cards, without a page: order, neighbours, whose it is. */

/** The column a card hangs in; one whose column was taken away hangs in the last. */
export const columnOf = (card, columns) => Math.min(Math.max(card.c, 1), columns);

const byPlace = ([a, x], [b, y]) => (x.o < y.o ? -1 : x.o > y.o ? 1 : Number(a) - Number(b));

/**
 * Cards by column, in order.
 *
 * @param {Map<string, object>} items the collection's items
 * @param {number} columns how many columns there are
 * @returns {string[][]} ids, one list a column
 */
export function lanes(items, columns) {
  const found = Array.from({ length: columns }, () => []);
  for (const [id, card] of [...items].filter(([, card]) => card).sort(byPlace)) found[columnOf(card, columns) - 1].push(id);
  return found;
}

/**
 * Where a card goes when it is moved by one step with the keyboard.
 *
 * @param {string[][]} board as `lanes` gives it
 * @param {string} id the card
 * @param {"up"|"down"|"back"|"on"} way
 * @returns {{column: number, before: number|null, index: number}|null} null when it can go no further
 */
export function step(board, id, way) {
  const column = board.findIndex((lane) => lane.includes(id));
  if (column < 0) return null;
  const lane = board[column];
  const index = lane.indexOf(id);
  if (way === "up" || way === "down") return within(lane, index, way === "up" ? index - 1 : index + 1, column);
  const next = column + (way === "on" ? 1 : -1);
  if (next < 0 || next >= board.length) return null;
  return place(board[next], Math.min(index, board[next].length), next);
}

function within(lane, index, goal, column) {
  if (goal < 0 || goal >= lane.length) return null;
  return place(lane.filter((_, i) => i !== index), goal, column);
}

function place(lane, index, column) {
  return { column: column + 1, before: index < lane.length ? Number(lane[index]) : null, index };
}

/** Whether somebody may do what the rule (`members`, `own`, `staff`) says. */
export const may = (rule, mine, staff) => staff || rule === "members" || (rule === "own" && mine);
