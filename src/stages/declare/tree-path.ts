const manifest = /\.(?:yaml|yml|json)$/
/** A segment that is empty, `.`, `..` or `.git`, or a character that no file path may contain. */
const unsafe = /(?:^|\/)(?:\.{0,2}|\.git)(?:$|\/)|[\0\\]/i
const extension = /\.[A-Za-z][A-Za-z0-9]*$/

/** Whether a file has one of the extensions that kubectl reads as manifests. */
export function isManifestName(name: string): boolean {
  return manifest.test(name)
}

/** Whether a link of this name could lead to a directory, unlike README.md or LICENSE. */
export function isDirectoryName(name: string): boolean {
  return !extension.test(name) && !/^[A-Z]/.test(name)
}

/**
 * The prefix of a path up to and including the first segment that leads out of the repository or into `.git`;
 * undefined for a safe path. Git makes no such trees, but anyone can push one.
 */
export function unsafePart(path: string): string | undefined {
  if (!unsafe.test(path)) return undefined
  const words = path.split('/')
  return words.slice(0, words.findIndex((word) => unsafe.test(word)) + 1).join('/') || '/'
}

/** Whether some segment of the path begins with `.`: such files are not manifests. */
export function isHidden(path: string): boolean {
  return path.startsWith('.') || path.includes('/.')
}

/** The directory of an entry; '' for the top. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
