import { FaultError, fault } from '../../model/fault.ts'
import { placedAt, type Snapshot } from '../../model/snapshot.ts'
import { decodeFile } from '../declare/decode-file.ts'
import { editFile } from './edit-file.ts'
import type { DocumentEdit } from './rollout-edits.ts'

/**
 * The file that an edit changes, with its new text.
 * @returns by path from the root of the repository; nothing where the document says it already
 * @throws FaultError not-editable, file-too-large, not-utf8
 */
export async function editedFiles(
  snapshot: Snapshot,
  { origin, edits }: DocumentEdit,
): Promise<ReadonlyMap<string, string>> {
  if (edits.length === 0) return new Map()
  const text = await textOf(snapshot, origin.file)
  const edited = edits.map((edit) => editFile(text, origin, edit)).find((each) => each !== undefined)
  const location = { file: origin.file, line: origin.line }
  if (edited === undefined) throw new FaultError(fault('not-editable', '', { location }))
  return edited === text ? new Map() : new Map([[placedAt(snapshot.root, origin.file), edited]])
}

/** The text of a file below the Repository's path; '' where there is none. @throws FaultError file-too-large, not-utf8 */
export async function textOf({ entries, readBlobs }: Snapshot, file: string): Promise<string> {
  const entry = entries.find(({ path, type }) => path === file && type === 'file')
  if (entry === undefined) return ''
  const decoded = decodeFile(file, (await readBlobs([entry.oid])).get(entry.oid))
  if ('fault' in decoded) throw new FaultError(decoded.fault)
  return decoded.text
}
