const manifest = /\.(?:yaml|yml|json)$/
/** A word that is empty, `.`, `..` or `.git`, or holds what no path of a file may hold. */
const unsafe = /(?:^|\/)(?:\.{0,2}|\.git)(?:$|\/)|[\0\\]/i
const extension = /\.[A-Za-z][A-Za-z0-9]*$/

/** The extensions that kubectl takes for manifests. */
export function isManifestName(name: string): boolean {
  return manifest.test(name)
}

/** Whether a link of this name could be one to a directory, unlike README.md or LICENSE. */
export function isDirectoryName(name: string): boolean {
  return !extension.test(name) && !/^[A-Z]/.test(name)
}

/**
 * The part of a path up to and with the first word that leads out of the repository or into
 * `.git`; undefined for a path that stays. Git makes no such trees, but anyone can push one.
 */
export function unsafePart(path: string): string | undefined {
  if (!unsafe.test(path)) return undefined
  const words = path.split('/')
  return words.slice(0, words.findIndex((word) => unsafe.test(word)) + 1).join('/') || '/'
}

/** Whether some word of the path begins with `.`: such files are nobody's manifests. */
export function isHidden(path: string): boolean {
  return path.startsWith('.') || path.includes('/.')
}

/** The directory that an entry is in; '' for the top. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
