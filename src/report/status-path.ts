const DIRECTORY = 'installations/'
const ENDING = '.yaml'

/** Where an installation's record stands on the status branch: `installations/<name>.yaml`. */
export function statusPath(name: string): string {
  return `${DIRECTORY}${name}${ENDING}`
}

export function isStatusPath(path: string): boolean {
  return path.startsWith(DIRECTORY) && path.endsWith(ENDING)
}
