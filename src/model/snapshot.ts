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

/** A commit's tree: path → blob id. File contents are read by blob id, when wanted. */
export interface Snapshot {
  readonly commit: Commit
  /** Sorted by path. */
  readonly entries: readonly TreeEntry[]
}

/** Reads blobs by id. What is larger than the reader's limit is left out of the answer. */
export type ReadBlobs = (oids: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>
