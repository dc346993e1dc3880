import { type Author, encodeCommit, parseCommit } from './commit.ts'
import { MissingObject } from './damaged-store.ts'
import { type GitObject, objectId } from './object-id.ts'
import type { ObjectReader } from './object-reader.ts'
import { type EncodedPack, encodePack } from './pack-writer.ts'
import { restoredEntries } from './restored-entries.ts'
import type { SignCommit } from './signature/commit-signer.ts'
import { withSignature } from './signature/split-commit.ts'
import { type AddObject, type FileChanges, writeTree } from './write-tree.ts'

export interface NewCommit {
  readonly parent: string | undefined
  /** Changes from the parent. */
  readonly changes: FileChanges
  /** Paths that are as they are in another local commit, which may lack them. */
  readonly restored?: { readonly from: string; readonly paths: readonly string[] } | undefined
  readonly message: string
  readonly author: Author
  /** Seconds since the epoch. */
  readonly time: number
}

/** A commit and its new objects, ready to push. */
export interface PreparedCommit {
  readonly oid: string
  readonly parent: string | undefined
  readonly tree: string
  readonly pack: EncodedPack
}

/**
 * Creates a commit on top of its parent, in memory. Equal input makes the same commit, unless it is signed.
 * @throws FaultError signing-key
 */
export async function prepareCommit(
  objects: ObjectReader,
  commit: NewCommit,
  sign?: SignCommit,
): Promise<PreparedCommit> {
  const added = new Map<string, GitObject>()
  const add: AddObject = (type, bytes) => {
    const oid = objectId(type, bytes)
    added.set(oid, { type, bytes })
    return oid
  }
  const base = commit.parent && (await treeOf(objects, commit.parent))
  const { changes, restored } = commit
  const entries =
    restored && (await restoredEntries(objects, await treeOf(objects, restored.from), restored.paths))
  const tree = (await writeTree(objects, base, { changes, entries }, add)) ?? add('tree', Buffer.alloc(0))
  const payload = encodeCommit({ ...commit, tree })
  const oid = add('commit', sign ? withSignature(payload, await sign(payload)) : payload)
  return { oid, parent: commit.parent, tree, pack: encodePack(added) }
}

/** The id of a commit's tree. @throws MissingObject */
export async function treeOf(objects: ObjectReader, commit: string): Promise<string> {
  const object = (await objects.read([commit])).get(commit)
  if (object?.type !== 'commit') throw new MissingObject(commit)
  return parseCommit(commit, object.bytes).tree
}
