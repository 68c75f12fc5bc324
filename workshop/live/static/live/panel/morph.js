/**
 * Make the content of an element like a newer one, touching only what differs: focus, what is typed, an open sheet or
 * list, and the scroll position stay where they are.
 *
 * Elements are matched by id, else by place and name. The inside of `[data-slot]` belongs to the store (slots.js), that of
 * `[data-result]` to the picture of the screen (monitor.js).
 */

const inside = (element) => element.dataset.slot ?? element.dataset.result;

/** What the person has set on the page, never the server. */
const OWN = new Map([["DETAILS", ["open"]], ["INPUT", ["value", "checked"]], ["DIALOG", ["open"]]]);

/**
 * @param {Element} target on the page
 * @param {ParentNode} source newly made
 * @param {(element: Element) => void} [fresh] told of each element that was put in
 */
export function morph(target, source, fresh = () => {}) {
  const active = document.activeElement;
  children(target, source, fresh);
  // An element that had to change its place is still the one in use.
  if (active !== document.activeElement && active?.isConnected) active.focus({ preventScroll: true });
}

function children(target, source, fresh) {
  const wanted = new Set([...source.children].map((child) => child.id).filter(Boolean));
  for (const child of [...target.children]) if (child.id && !wanted.has(child.id)) child.remove();
  let cursor = target.firstChild;
  for (const node of [...source.childNodes]) {
    const match = find(target, cursor, node);
    if (!match) {
      target.insertBefore(node, cursor);
      if (node.nodeType === Node.ELEMENT_NODE) fresh(node);
      continue;
    }
    while (cursor && cursor !== match && !wanted.has(cursor.id)) cursor = removed(cursor);
    if (match === cursor) cursor = cursor.nextSibling;
    else target.insertBefore(match, cursor);
    update(match, node, fresh);
  }
  while (cursor) cursor = removed(cursor);
}

/** Take a node away. @returns the one after it */
function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function find(target, cursor, node) {
  if (node.id) return [...target.children].find((child) => child.id === node.id && child.tagName === node.tagName);
  if (!cursor || cursor.nodeType !== node.nodeType || cursor.id) return null;
  return node.nodeType !== Node.ELEMENT_NODE || cursor.tagName === node.tagName ? cursor : null;
}

function update(old, node, fresh) {
  if (node.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue;
    return;
  }
  if (old.isEqualNode(node)) return;
  const moved = inside(old) !== inside(node);
  attributes(old, node);
  if (moved) {
    old.replaceChildren(...node.childNodes);
    fresh(old);
  } else if (!inside(node)) {
    children(old, node, fresh);
  }
}

function attributes(old, node) {
  const own = OWN.get(old.tagName) ?? [];
  const keeps = (name) => own.includes(name) && old.type !== "hidden";
  for (const { name } of [...old.attributes]) if (!node.hasAttribute(name) && !keeps(name)) old.removeAttribute(name);
  for (const { name, value } of node.attributes) {
    if (!keeps(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}
