import { objectId } from '../../src/adapters/git/object-id.ts'
import { declareFleet, type Fleet, type PastReleaseOf } from '../../src/control/fleet/fleet.ts'
import { Keyring } from '../../src/control/fleet/keyring.ts'
import { Renderers } from '../../src/control/fleet/renderers.ts'
import type { Budgets } from '../../src/model/budgets.ts'
import type { Decrypt } from '../../src/model/decrypt.ts'
import type { Installation } from '../../src/model/installation.ts'
import type { Snapshot, TreeEntry } from '../../src/model/snapshot.ts'
import { NO_TENANCY } from '../../src/model/tenancy.ts'
import { directoryOf } from '../../src/stages/declare/tree-path.ts'
import { NO_COMMIT } from '../../src/stages/snapshot/snapshot-directory.ts'

/** Path from the root of the repository → content. */
export type RepositoryFiles = Readonly<Record<string, string | Uint8Array>>

/** A commit that holds these files; the Repository's path is `root`. */
export function snapshotOf(files: RepositoryFiles, root = ''): Snapshot {
  const contents = new Map<string, Uint8Array>()
  const entries = Object.entries(files).map(([path, content]): TreeEntry => {
    const bytes = Buffer.from(content)
    const oid = objectId('blob', bytes)
    contents.set(oid, bytes)
    return { path, oid, type: 'file' }
  })
  const sorted = entries.sort((a, b) => (a.path < b.path ? -1 : 1))
  const below = (path: string) => sorted.filter((entry) => isBelow(entry.path, path))
  return {
    commit: NO_COMMIT,
    root,
    entries: below(root).map((entry) =>
      root === '' ? entry : { ...entry, path: entry.path.slice(root.length + 1) },
    ),
    readBlobs: async (oids) => new Map(oids.flatMap((oid) => [[oid, contents.get(oid) ?? new Uint8Array()]])),
    entriesBelow: async (path) => below(path),
  }
}

function isBelow(path: string, directory: string): boolean {
  for (let around = directoryOf(path); ; around = directoryOf(around)) {
    if (around === directory) return true
    if (around === '') return false
  }
}

export interface DeclareOptions {
  readonly root?: string
  readonly previous?: Fleet
  readonly renderers?: Renderers
  /** By default there is no key. */
  readonly decrypt?: Decrypt
  /** By default nothing is recorded. */
  readonly pastRelease?: PastReleaseOf
  /** By default those of this process. */
  readonly budgets?: Budgets
}

/** What a commit that holds these files declares, by name; namespaced objects are in `default`. */
export async function declareFiles(
  files: RepositoryFiles,
  {
    root,
    previous,
    decrypt = new Keyring().decrypt,
    renderers: given,
    pastRelease,
    budgets,
  }: DeclareOptions = {},
): Promise<Fleet> {
  await using own = given ? undefined : new Renderers({ decrypt })
  const renderers = given ?? own ?? new Renderers({ decrypt })
  const placement = { namespace: 'default', accounts: NO_TENANCY.accounts }
  const options = {
    placement,
    renderers,
    decrypt,
    ...(pastRelease && { pastRelease }),
    ...(budgets && { budgets }),
  }
  return await declareFleet(snapshotOf(files, root), options, previous)
}

/** The only installation of a commit that holds these files. */
export async function onlyInstallation(files: RepositoryFiles): Promise<Installation> {
  const { installations } = await declareFiles(files)
  const [only] = installations.values()
  if (only === undefined || installations.size > 1)
    throw new Error(`there are ${installations.size} installations: ${[...installations.keys()].join(', ')}`)
  return only
}
