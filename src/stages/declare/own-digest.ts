import { hash } from 'node:crypto'
import { writeJson } from '../../model/json.ts'
import type { DraftedInstallation } from './declare-tree.ts'
import { isHibernated, namedFilesOf } from './fleet/declarations.ts'
import { isOwnFile } from './fleet/named-files.ts'
import type { ValuesFiles } from './values-files.ts'

/**
 * Digest of what an installation says itself: its directory, its document, the values files of its own, and that it
 * sleeps, which its groups may say for it.
 */
export function ownDigest({ draft, member, objectName }: DraftedInstallation, files: ValuesFiles): string {
  const { source, document, faults } = draft
  const read = namedFilesOf(draft, member)
    .filter((named) => isOwnFile(named, draft.document))
    .map(({ path }) => (typeof path === 'string' ? contentOf(path, files) : path.message))
  const found = faults.map(({ message }) => message)
  const sleeps = isHibernated(draft, member) ? ['hibernated'] : []
  return hash(
    'sha256',
    writeJson([source, document?.declared.object ?? null, objectName ?? null, read, found, ...sleeps]),
  )
}

function contentOf(path: string, files: ValuesFiles): string {
  const file = files.get(path)
  return typeof file === 'object' && 'oid' in file ? file.oid : path
}
