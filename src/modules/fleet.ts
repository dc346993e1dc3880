import { isDeepStrictEqual } from 'node:util'
import { dependencyFaults } from '../declare/dependencies.ts'
import { type InstallationSource, layout } from '../declare/layout.ts'
import type { Installation } from '../model/installation.ts'
import type { Commit, ReadBlobs, Snapshot } from '../model/snapshot.ts'
import { renderPlain } from '../render/plain.ts'
import type { RenderOptions } from '../render/render.ts'

/** Larger files are not read: no manifest is, since the API server takes about 1.5 MiB an object. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024

/** Everything that one commit declares. */
export interface Fleet {
  readonly commit: Commit
  /** By name, sorted. */
  readonly installations: ReadonlyMap<string, Installation>
  /** The same without what is wrong between them: what each one's own files make it. */
  readonly rendered: ReadonlyMap<string, Installation>
}

/**
 * Declares and renders a snapshot. An installation whose source is the same as in `previous` is
 * taken over as it is: only changed directories are read.
 */
export async function declareFleet(
  snapshot: Snapshot,
  readBlobs: ReadBlobs,
  options: RenderOptions,
  previous?: Fleet,
): Promise<Fleet> {
  const sources = layout(snapshot.entries)
  const known = ({ name, source }: InstallationSource) => {
    const before = previous?.rendered.get(name)
    return before?.source === source ? before : undefined
  }
  const contents = await readBlobs(blobsOf(sources.filter((source) => known(source) === undefined)))
  const installations = await Promise.all(
    sources.map(async (source) => known(source) ?? renderPlain(source, contents, options)),
  )
  const rendered = new Map(installations.map((installation) => [installation.name, installation]))
  return { commit: snapshot.commit, rendered, installations: withDependencyFaults(rendered, previous) }
}

/** Where the faults are those of before, an installation that did not change is the same object as before. */
function withDependencyFaults(
  rendered: ReadonlyMap<string, Installation>,
  previous: Fleet | undefined,
): ReadonlyMap<string, Installation> {
  const found = dependencyFaults(rendered)
  if (found.size === 0) return rendered
  const installations = new Map(rendered)
  for (const [name, faults] of found) {
    const installation = rendered.get(name)
    if (installation === undefined) continue
    const faulty = { ...installation, faults: [...installation.faults, ...faults] }
    const before = previous?.installations.get(name)
    const isKnown = previous?.rendered.get(name) === installation && isDeepStrictEqual(before, faulty)
    installations.set(name, isKnown && before ? before : faulty)
  }
  return installations
}

function blobsOf(sources: readonly InstallationSource[]): string[] {
  const files = sources.flatMap((source) => source.files)
  return [...new Set(files.filter((file) => file.type === 'file').map((file) => file.oid))]
}
