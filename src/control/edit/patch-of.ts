import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff'
import type { Snapshot } from '../../model/snapshot.ts'
import { directoryOf } from '../../stages/declare/tree-path.ts'
import type { TreeChange } from './tree-change.ts'

/** Edits that the shortest difference of a file is searched for. */
const MOST_EDITS = 2_000

/**
 * A change as `git apply` takes it; files that are no text, or differ too much, are only named.
 * @param past the commit that paths are restored from
 */
export async function patchOf(
  { changes, restored }: TreeChange,
  head: Snapshot,
  past: Snapshot | undefined,
): Promise<string> {
  const paths = [...new Set([...changes.keys(), ...(restored?.paths ?? [])])].sort()
  const [before, earlier] = await Promise.all([
    textsAt(head, paths),
    past ? textsAt(past, restored?.paths ?? []) : new Map<string, string>(),
  ])
  return paths
    .map((path) => filePatch(path, before.get(path), changes.get(path) ?? earlier.get(path)))
    .join('')
}

function filePatch(path: string, before: string | undefined, after: string | undefined): string {
  const header = `diff --git a/${path} b/${path}\n`
  if (before === after) return ''
  const [from, to] = [
    before === undefined ? '/dev/null' : `a/${path}`,
    after === undefined ? '/dev/null' : `b/${path}`,
  ]
  const mode =
    before === undefined ? 'new file mode 100644\n' : after === undefined ? 'deleted file mode 100644\n' : ''
  if (`${before}${after}`.includes('\0')) return `${header}${mode}Binary files ${from} and ${to} differ\n`
  const options = { context: 3, maxEditLength: MOST_EDITS }
  const patch = structuredPatch(from, to, before ?? '', after ?? '', undefined, undefined, options)
  if (patch === undefined) return `${header}${mode}Files ${from} and ${to} differ\n`
  return `${header}${mode}${formatPatch(patch, FILE_HEADERS_ONLY)}`
}

async function textsAt(
  { entriesBelow, readBlobs }: Snapshot,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths)
  const listed = await Promise.all([...new Set(paths.map(directoryOf))].map((each) => entriesBelow(each)))
  const files = new Map(
    listed
      .flat()
      .flatMap(({ path, oid, type }) => (type === 'file' && wanted.has(path) ? [[path, oid]] : [])),
  )
  const contents = await readBlobs([...files.values()])
  const textOf = (oid: string) => Buffer.from(contents.get(oid) ?? []).toString('utf8')
  return new Map([...files].map(([path, oid]) => [path, textOf(oid)]))
}
