import path from 'node:path'
import type { Fault } from '../model/fault.ts'
import type { Installation } from '../model/installation.ts'
import type { KeySettings } from '../model/settings.ts'
import { declareFleet } from '../modules/fleet.ts'
import { readingWith } from '../modules/leave-encrypted.ts'
import { Renderers } from '../modules/renderers.ts'
import { snapshotDirectory } from '../snapshot/snapshot-directory.ts'
import { duplicates } from './duplicates.ts'

export interface Validated {
  readonly installations: readonly Installation[]
  /** Sorted by file and line; files are named as seen from the current directory. */
  readonly faults: readonly Fault[]
  /** Some file is encrypted and was left so: there is no key. */
  readonly isEncrypted: boolean
}

/** Reads a directory as Reeve reads a commit's tree; needs neither Git nor a cluster. */
export async function validateDirectory(
  directory: string,
  namespace: string,
  keys: KeySettings = {},
): Promise<Validated> {
  const { decrypt, hasLeft } = readingWith(keys)
  const snapshot = await snapshotDirectory(directory)
  await using renderers = new Renderers({ decrypt })
  const fleet = await declareFleet(snapshot, { namespace, renderers, decrypt })
  const installations = [...fleet.installations.values()]
  const faults = [...installations.flatMap((each) => each.faults), ...duplicates(installations, namespace)]
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
