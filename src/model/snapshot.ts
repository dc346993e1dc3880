/** The parts of a Git commit that Reeve needs. */
export interface Commit {
  /** Full object id, 40 hexadecimal digits (SHA-1). */
  readonly oid: string
  /** The whole message, trailers included. */
  readonly message: string
  readonly parents: readonly string[]
  /** `Name <email>`. */
  readonly committer: string
  /** Committer's time in seconds since the epoch. */
  readonly time: number
}

/** A commit, and whether what it says may loosen a guard. */
export interface VouchedCommit extends Commit {
  /** Where commits have to be signed: whether this one is, by a listed key. Everywhere else true. */
  readonly isVouched: boolean
}

/** One entry of a commit's tree, recursively, below the Repository's path. */
export interface TreeEntry {
  /** Path below the Repository's path, with `/` as the separator. */
  readonly path: string
  readonly oid: string
  /** A directory that is too deep or too large is one entry: what is in it is not listed. */
  readonly type: 'file' | 'symlink' | 'submodule' | 'too-deep' | 'too-large'
}

/**
 * Reads blobs by id. Blobs larger than MAX_FILE_BYTES are omitted from the result.
 *
 * @param take if it is given, each blob may be given to it as soon as it is read, and is then omitted as well, so that
 * not all are in memory at once; after damage, some are given twice
 */
export type ReadBlobs = (
  oids: readonly string[],
  take?: (oid: string, bytes: Uint8Array) => void,
) => Promise<ReadonlyMap<string, Uint8Array>>

/**
 * Maximum size of a file that is read, in bytes. No manifest is larger: the API server accepts about 1.5 MiB
 * per object.
 */
export const MAX_FILE_BYTES = 4 * 1024 * 1024

/** Files by path: path → blob id. Contents are read by blob id, on demand. */
export interface FileTree {
  readonly readBlobs: ReadBlobs
  /**
   * All entries below a path from the root, with their paths from there; none where the directory does not
   * exist.
   */
  readonly entriesBelow: (path: string) => Promise<readonly TreeEntry[]>
}

/** A commit's tree; as a FileTree it is the whole repository. */
export interface Snapshot extends FileTree {
  readonly commit: Commit
  /** Below the Repository's path, sorted by path. */
  readonly entries: readonly TreeEntry[]
  /** The Repository's path from the root of the repository; '' for the root itself. */
  readonly root: string
}

/** A path below a directory; '' is the top. */
export function placedAt(directory: string, path: string): string {
  return directory === '' ? path : `${directory}/${path}`
}

/** Prefixes the paths of entries with a directory; '' is the top. */
export function placedBelow(directory: string, entries: readonly TreeEntry[]): readonly TreeEntry[] {
  if (directory === '') return entries
  return entries.map((entry) => ({ ...entry, path: placedAt(directory, entry.path) }))
}

/** A path of the repository below its directory `root`; '' for that itself, undefined for any other. */
export function belowRoot(path: string, root: string): string | undefined {
  if (root === '') return path
  if (path === root) return ''
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined
}
