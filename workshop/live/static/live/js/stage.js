/**
 * The order of activities on a page, without DOM: which elements go, which come, and where.
 *
 * @param {string[]} present ids on the page, in order
 * @param {string[]} wanted ids that the stage names, in order
 * @returns {{gone: string[], fresh: string[], moved: boolean}}
 */
export function changes(present, wanted) {
  const gone = present.filter((id) => !wanted.includes(id));
  const fresh = wanted.filter((id) => !present.includes(id));
  const staying = present.filter((id) => wanted.includes(id));
  const order = wanted.filter((id) => present.includes(id));
  return { gone, fresh, moved: staying.join() !== order.join() };
}

/** Activities meant for a learner of this background: those without `for`, and those that name it. */
export function mine(activities, profile) {
  return activities.filter((activity) => !activity.for || activity.for.includes(profile));
}
