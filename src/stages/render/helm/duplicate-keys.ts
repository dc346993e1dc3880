import { type Notice, notice } from '../../../model/notice.ts'
import { quoted } from '../../../model/quoted.ts'
import type { Secrets } from '../../../model/secrets.ts'
import type { DuplicateKey } from '../read-rendered.ts'

/** Maximum number of notices about one rendering. */
const MOST = 100

/** Notices about keys that a chart renders twice in a mapping: once for each file and key. */
export function duplicateKeys(
  duplicates: readonly DuplicateKey[],
  secrets: Secrets | undefined,
): readonly Notice[] {
  const first = new Map<string, DuplicateKey>()
  for (const duplicate of duplicates) {
    const name = JSON.stringify([duplicate.file, duplicate.key])
    if (!first.has(name)) first.set(name, duplicate)
  }
  return [...first.values()].slice(0, MOST).map(({ file, key, line }) => {
    const shown = secrets?.redact(key) ?? key // before it is truncated: the beginning of a secret looks like none
    const details = `${quoted(shown)}, at line ${line} of the rendered output`
    return notice('duplicate-key', details, { location: { file, line: 1 } })
  })
}
