const manifest = /\.(?:yaml|yml|json)$/
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
  const words = path.split('/')
  const unsafe = words.findIndex(isUnsafe)
  return unsafe < 0 ? undefined : words.slice(0, unsafe + 1).join('/') || '/'
}

function isUnsafe(word: string): boolean {
  if (word === '' || word === '.' || word === '..') return true
  return word.toLowerCase() === '.git' || /[\0\\]/.test(word)
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
