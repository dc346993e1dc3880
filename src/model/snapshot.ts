/** A Git commit as far as Reeve needs it. */
export interface Commit {
  /** Full object id, 40 hexadecimal digits (SHA-1). */
  readonly oid: string
  /** The whole message, trailers included. */
  readonly message: string
  readonly parents: readonly string[]
  /** Committer's time in seconds since the epoch. */
  readonly time: number
}

/** One entry of a commit's tree, recursively, below the Repository's path. */
export interface TreeEntry {
  /** Path below the Repository's path, with `/` between the parts. */
  readonly path: string
  readonly oid: string
  readonly type: 'file' | 'symlink' | 'submodule'
}

/** Reads blobs by id. What is larger than MAX_FILE_BYTES is left out of the answer. */
export type ReadBlobs = (oids: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>

/** Larger files are not read: no manifest is, since the API server takes about 1.5 MiB an object. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024

/** Files by path: path → blob id. Their contents are read by blob id, when wanted. */
export interface FileTree {
  readonly readBlobs: ReadBlobs
  /** All entries below a path from the root, with their paths from there; none where there is no such directory. */
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

/** Entries with their paths from where a directory's own path counts; '' is the top. */
export function placedBelow(directory: string, entries: readonly TreeEntry[]): readonly TreeEntry[] {
  if (directory === '') return entries
  return entries.map((entry) => ({ ...entry, path: `${directory}/${entry.path}` }))
}
