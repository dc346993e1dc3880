import path from 'node:path'
import type { Fault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import type { KeySettings } from '../../model/settings.ts'
import { unmanageableKind } from '../../stages/plan/unmanageable-kind.ts'
import { duplicates } from './duplicates.ts'
import { readingWith } from './leave-encrypted.ts'
import { readDirectory } from './read-directory-fleet.ts'

export interface Validated {
  readonly installations: readonly Installation[]
  /** Sorted by file and line; files are relative to the current directory. */
  readonly faults: readonly Fault[]
  /** Some file stayed encrypted because there is no key. */
  readonly isEncrypted: boolean
}

/** Reads a directory like a commit's tree. Needs no cluster, and the network only for remote templates. */
export async function validateDirectory(
  directory: string,
  namespace: string,
  keys: KeySettings = {},
): Promise<Validated> {
  const { decrypt, hasLeft } = readingWith(keys)
  const fleet = await readDirectory(directory, namespace, decrypt)
  const installations = [...fleet.installations.values()]
  const faults = [
    ...installations.flatMap(({ faults, objects }) => [
      ...faults,
      ...objects.flatMap((object) => unmanageableKind(object) ?? []),
    ]),
    ...duplicates(installations, namespace),
  ]
  const placed = faults.map((fault) => below(directory, fault)).sort(byPlace)
  return { installations, faults: placed, isEncrypted: hasLeft() }
}

function below(directory: string, fault: Fault): Fault {
  const { location } = fault
  return location ? { ...fault, location: { ...location, file: path.join(directory, location.file) } } : fault
}

function byPlace({ location: one }: Fault, { location: other }: Fault): number {
  const files = (one?.file ?? '').localeCompare(other?.file ?? '')
  return files === 0 ? (one?.line ?? 0) - (other?.line ?? 0) : files
}
