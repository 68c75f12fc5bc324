/** The hemicycle, drawn as the server draws it (hemicycle.py): one seat a person, filled as they answer. */

const MOST = 200;
const EMPTY = 24;
const [INNER, STEP, SEAT, APART, FEWEST_ROWS] = [42, 16.8, 4.6, 13, 3];
const SVG = "http://www.w3.org/2000/svg";

function rowsFor(count) {
  let rows = 0;
  for (let room = 0; room < count || rows < FEWEST_ROWS; rows += 1) {
    room += Math.floor((Math.PI * (INNER + STEP * rows)) / APART) + 1;
  }
  return rows;
}

function shares(count, radii) {
  const whole = radii.reduce((sum, radius) => sum + radius, 0);
  const each = radii.map((radius) => Math.floor((count * radius) / whole));
  const rest = count - each.reduce((sum, share) => sum + share, 0);
  for (let extra = 0; extra < rest; extra += 1) each[each.length - 1 - (extra % each.length)] += 1;
  return each;
}

/** @returns {{size: [number, number], places: [number, number][]}} in the order in which seats are taken */
export function places(people) {
  // A few people sit among free seats: two or three alone would be dots without a room.
  const count = Math.max(Math.min(people, MOST), EMPTY);
  const most = rowsFor(count);
  const rows = Math.min(most, Math.max(1, Math.floor(count / 6)));
  const radii = Array.from({ length: rows }, (_row, at) => INNER + STEP * (most - rows + at));
  const each = shares(count, radii);
  const margin = SEAT + Math.max(1, SEAT / 4);
  const middle = radii.at(-1) + margin;
  const seats = radii.flatMap((radius, row) =>
    Array.from({ length: each[row] }, (_seat, at) => [at / Math.max(each[row] - 1, 1), radius]),
  );
  seats.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const at = ([turn, radius]) => [middle - radius * Math.cos(Math.PI * turn), middle - radius * Math.sin(Math.PI * turn)];
  return { size: [2 * middle, middle + margin], places: seats.map(at) };
}

/** How many seats are filled and how many are here, when seats stand for several people. */
export function filled({ joined, online, answered }) {
  if (!joined) return [0, 0];
  const seats = Math.min(joined, MOST);
  // Who has answered and gone away again still counts as answered.
  return [answered, Math.max(online, answered)].map((people) => Math.min(people, joined)).map((people) => Math.round((people * seats) / joined));
}

/** Bring the drawing in `box` up to date. */
export function draw(box, room) {
  const { size, places: all } = places(room.joined);
  let svg = box.querySelector("svg");
  if (svg.childElementCount !== all.length) {
    const fresh = document.createElementNS(SVG, "svg");
    fresh.setAttribute("class", "seats");
    fresh.setAttribute("viewBox", `0 0 ${size.map((side) => side.toFixed(1)).join(" ")}`);
    fresh.append(...all.map(seat));
    svg.replaceWith(fresh);
    svg = fresh;
  }
  const [yes, here] = filled(room);
  const mark = (at) => (at < yes ? "yes" : at < here ? "in" : at < room.joined ? "" : "free");
  [...svg.children].forEach((circle, at) => circle.setAttribute("class", mark(at)));
}

function seat([x, y]) {
  const circle = document.createElementNS(SVG, "circle");
  circle.setAttribute("cx", x.toFixed(1));
  circle.setAttribute("cy", y.toFixed(1));
  circle.setAttribute("r", String(SEAT));
  return circle;
}
