/**
 * The activities on a page, without DOM: which elements go and which come.
 *
 * @param {string[]} present ids on the page
 * @param {string[]} wanted ids that the stage names
 * @returns {{gone: string[], fresh: string[]}}
 */
export function changes(present, wanted) {
  return {
    gone: present.filter((id) => !wanted.includes(id)),
    fresh: wanted.filter((id) => !present.includes(id)),
  };
}

/** Activities meant for a learner of this background: those without `for`, and those that name it. */
export function mine(activities, profile) {
  return activities.filter((activity) => !activity.for || activity.for.includes(profile));
}
