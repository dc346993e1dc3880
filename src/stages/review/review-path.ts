/** What does not show, and the sign that stands for it. */
const HIDDEN = /[%\p{C}\p{Zl}\p{Zp}]/gu
/** Of a directory, which would have the name of another review's file. */
const LIKE_A_FILE = /\.(?=(?:yaml|md)\/)/g
const ESCAPED = /(?:%[0-9A-F]{2})+/g

/** Path of a change's review in the review branch, without an extension. No two changes have the same one. */
export function reviewPath(name: string): string {
  return name.replaceAll(HIDDEN, (found) => encodeURIComponent(found)).replaceAll(LIKE_A_FILE, '%2E')
}

/** The change that a path is of. */
export function reviewedName(path: string): string {
  return path.replaceAll(ESCAPED, (found) => Buffer.from(found.replaceAll('%', ''), 'hex').toString())
}
