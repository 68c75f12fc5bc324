/** Where a place of the raster lies on a plane, as the server draws it. */

/** Half a dot stays inside at both ends, in per cent. */
export const [EDGE, SPAN] = [3, 94];

/** @param {HTMLElement} element @param {number[]} place from 0 to `last` on each axis @param {number} last */
export function put(element, [x, y], last) {
  element.style.insetInlineStart = `${EDGE + (SPAN * x) / last}%`;
  element.style.insetBlockStart = `${100 - EDGE - (SPAN * y) / last}%`;
}
