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
  const isKnown = (source: InstallationSource) =>
    previous?.installations.get(source.name)?.source === source.source
  const contents = await readBlobs(blobsOf(sources.filter((source) => !isKnown(source))))
  const installations = await Promise.all(
    sources.map(
      async (source) =>
        (isKnown(source) && previous?.installations.get(source.name)) ||
        renderPlain(source, contents, options),
    ),
  )
  return {
    commit: snapshot.commit,
    installations: new Map(installations.map((installation) => [installation.name, installation])),
  }
}

function blobsOf(sources: readonly InstallationSource[]): string[] {
  const files = sources.flatMap((source) => source.files)
  return [...new Set(files.filter((file) => file.type === 'file').map((file) => file.oid))]
}
