import { hash } from 'node:crypto'
import { parsedSize } from '../../model/count-marks.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { FileTree, ReadBlobs } from '../../model/snapshot.ts'
import { isRemote, type Template, type TemplateReference } from '../../model/template.ts'
import type { TemplateEntries } from '../../stages/render/template-entries.ts'
import { repositoryTop } from './with-bases.ts'

/** Path of the template in its tree. */
export function pathOf(reference: TemplateReference): string {
  return 'chart' in reference ? '' : reference.path
}

/**
 * Reads the files of a template.
 * @throws FaultError template-too-large
 */
export async function readTemplateFiles(
  reference: TemplateReference,
  found: TemplateEntries,
  { readBlobs }: FileTree,
  { root, maxBytes }: { readonly root: string; readonly maxBytes: number },
): Promise<Template> {
  const { kind, entries } = found
  const contents = await readWithin(
    entries.map(({ oid }) => oid),
    readBlobs,
    maxBytes,
  )
  const top = topOf(reference)
  const files = entries.flatMap(({ path, oid }) => {
    const bytes = contents.get(oid)
    return bytes ? [[`${top}${path}`, bytes] as const] : []
  })
  const directory = `${top}${pathOf(reference)}`.replace(/\/$/, '')
  const faults = found.faults.map(({ location, ...fault }) => ({
    ...fault,
    ...(location && { location: { ...location, file: `${top}${location.file}` } }),
  }))
  return {
    kind,
    reference,
    directory,
    digest: digestOf(found),
    files: new Map(files),
    valuesFiles: new Set(found.valuesFiles),
    root,
    faults,
  }
}

/** @throws FaultError template-too-large */
async function readWithin(
  oids: readonly string[],
  readBlobs: ReadBlobs,
  maxBytes: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>()
  let size = 0
  const take = (oid: string, bytes: Uint8Array) => {
    if (contents.has(oid)) return
    size += bytes.length
    if (size <= maxBytes) contents.set(oid, bytes)
  }
  for (const [oid, bytes] of await readBlobs(oids, take)) take(oid, bytes)
  if (size <= maxBytes) return contents
  const details = `its files take more than ${Math.floor(maxBytes / 1024 ** 2)} MiB`
  throw new FaultError(fault('template-too-large', details))
}

/**
 * Prefix for the paths of a tree, so that messages do not mistake a file of another repository for one of
 * this one: `git.example.com/team/templates:1a2b3c4/`, `chat-1.0.0.tgz/`.
 */
function topOf(reference: TemplateReference): string {
  if ('chart' in reference) return `${reference.chart.name}-${reference.chart.version}.tgz/`
  if (!isRemote(reference)) return ''
  const { url, commit } = reference.git
  return `${repositoryTop({ url, commit: commit.slice(0, 7) })}/`
}

export function digestOf({ entries, valuesFiles }: TemplateEntries): string {
  return hash('sha256', JSON.stringify([...entries.map(({ path, oid }) => [path, oid]), ...valuesFiles]))
}

/** About the memory that a template takes while it is ready to be filled in, in bytes: manifests are kept as values. */
export function sizeOf({ kind, files }: Pick<Template, 'kind' | 'files'>): number {
  const sizes = [...files.values()].map((bytes) =>
    kind === 'manifests' ? parsedSize(Buffer.from(bytes).toString('latin1')) : bytes.length,
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
