/**
 * Motion of results. The store puts newer HTML in the place of older; what has the same `data-move` in both glides from
 * where it was: shapes of an SVG by their attributes (the style sheet says how long), other elements by their place.
 *
 * A name is unique within a question's result: `<rect data-move="b" width="36%"/>`. Nothing glides under reduced motion.
 */

const SHAPES = ["x", "y", "width", "height", "cx", "cy", "r", "x1", "x2", "y1", "y2"];
const MS = 400;
const FARTHEST = 4_000;

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const owner = (element) => element.closest("[data-q]")?.dataset.q ?? "";
const named = (root) => [...root.querySelectorAll("[data-move]")].map((element) => [`${owner(element)}|${element.dataset.move}`, element]);
const isShape = (element) => element instanceof SVGElement && element.localName !== "svg";

/** @param {Element} root @returns {Map<string, object>} where everything is that has a name */
export function places(root) {
  if (still()) return new Map();
  return new Map(named(root).map(([name, element]) => [name, isShape(element) ? geometry(element) : element.getBoundingClientRect()]));
}

/** Let what is in `root` now begin where it was. @param {Element} root @param {ReturnType<typeof places>} before */
export function glide(root, before) {
  if (!before.size) return;
  const shapes = [];
  for (const [name, element] of named(root)) {
    const was = before.get(name);
    if (!was) continue;
    if (isShape(element)) shapes.push([element, geometry(element), was]);
    else move(element, was);
  }
  for (const [element, , was] of shapes) set(element, was);
  if (shapes.length) root.getBoundingClientRect(); // the old places are drawn before the new ones are set
  for (const [element, now] of shapes) set(element, now);
}

function geometry(element) {
  return Object.fromEntries(SHAPES.filter((name) => element.hasAttribute(name)).map((name) => [name, element.getAttribute(name)]));
}

function set(element, values) {
  for (const [name, value] of Object.entries(values)) if (element.hasAttribute(name)) element.setAttribute(name, value);
}

function move(element, was) {
  const now = element.getBoundingClientRect();
  const [x, y] = [was.left - now.left, was.top - now.top];
  if ((!x && !y) || Math.hypot(x, y) > FARTHEST || !now.width || !was.width) return;
  element.animate?.([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: MS, easing: "cubic-bezier(.2, .7, .2, 1)" });
}
