import { FaultError, fault } from '../../model/fault.ts'
import { parseTagTarget } from './commit.ts'
import type { Connections, OperationOptions } from './connection.ts'
import { isObjectId } from './object-id.ts'
import type { ObjectStore } from './object-store.ts'
import type { Store } from './store.ts'
import { listRefs } from './transport.ts'

export interface RevisionOptions extends OperationOptions {
  /** The branch whose commits are local: its commits are not fetched again. */
  readonly branch: string
  /** Number of commits to fetch; by default a branch or tag comes with all that is new, an id alone. */
  readonly depth?: number
}

/** Makes a commit readable, by any of its names. @throws FaultError git-no-commit and those of fetching */
export async function resolveRevision(
  store: Store,
  connections: Connections,
  revision: string,
  options: RevisionOptions,
): Promise<string> {
  const here = await commitHere(store, revision)
  if (here) return here
  const refs = await listRefs(connections.open(options), 'refs/')
  const ref = refNames(revision).find((name) => refs.has(name))
  const oid = ref ? refs.get(ref) : isObjectId(revision) ? revision : undefined
  const found = oid && ((await commitHere(store, oid)) ?? (await bring(store, refs, ref ?? oid, options)))
  const commit = found && (await commitHere(store, found))
  if (!commit) throw noCommit(revision)
  return commit
}

async function bring(
  store: Store,
  refs: ReadonlyMap<string, string>,
  want: string,
  options: RevisionOptions,
): Promise<string | undefined> {
  const ref = refs.has(want) ? want : refs.entries().find(([, oid]) => oid === want)?.[0]
  if (ref) return store.fetchOther(ref, options.branch, options)
  // Servers give out by id the commits that a branch reaches.
  return store.fetchOther(want, options.branch, { ...options, depth: options.depth ?? 1 })
}

/** In the order of gitrevisions(7). */
function refNames(revision: string): string[] {
  return [
    ...(revision.startsWith('refs/') ? [revision] : []),
    `refs/tags/${revision}`,
    `refs/heads/${revision}`,
  ]
}

/** The local commit with this id, full or at least 7 digits of it; undefined if missing or ambiguous. */
async function commitHere(store: Store, text: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{7,40}$/.test(text)) return undefined
  return store.read(async (objects) => {
    const candidates = isObjectId(text) ? [text] : objects.idsWithPrefix(text)
    const commits = await Promise.all(candidates.map((oid) => peel(objects, oid)))
    const found = new Set(commits.filter((oid) => oid !== undefined))
    return found.size === 1 ? [...found][0] : undefined
  })
}

async function peel(objects: ObjectStore, oid: string, hops = 0): Promise<string | undefined> {
  if (hops > 5 || !(await objects.has(oid))) return undefined
  const object = (await objects.read([oid])).get(oid)
  if (object?.type === 'commit') return oid
  return object?.type === 'tag' ? peel(objects, parseTagTarget(object.bytes), hops + 1) : undefined
}

function noCommit(revision: string): FaultError {
  return new FaultError(fault('git-no-commit', revision))
}
