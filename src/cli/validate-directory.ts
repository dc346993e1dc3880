import path from 'node:path'
import type { Fault } from '../model/fault.ts'
import type { Installation } from '../model/installation.ts'
import { declareFleet } from '../modules/fleet.ts'
import { Renderers } from '../modules/renderers.ts'
import { snapshotDirectory } from '../snapshot/snapshot-directory.ts'
import { duplicates } from './duplicates.ts'

export interface Validated {
  readonly installations: readonly Installation[]
  /** Sorted by file and line; files are named as seen from the current directory. */
  readonly faults: readonly Fault[]
}

/** Reads a directory as Reeve reads a commit's tree; needs neither Git nor a cluster. */
export async function validateDirectory(directory: string, namespace: string): Promise<Validated> {
  const snapshot = await snapshotDirectory(directory)
  await using renderers = new Renderers()
  const fleet = await declareFleet(snapshot, { namespace, renderers })
  const installations = [...fleet.installations.values()]
  const faults = [...installations.flatMap((each) => each.faults), ...duplicates(installations, namespace)]
  return { installations, faults: faults.map((fault) => below(directory, fault)).sort(byPlace) }
}

function below(directory: string, fault: Fault): Fault {
  const { location } = fault
  return location ? { ...fault, location: { ...location, file: path.join(directory, location.file) } } : fault
}

function byPlace({ location: one }: Fault, { location: other }: Fault): number {
  const files = (one?.file ?? '').localeCompare(other?.file ?? '')
  return files === 0 ? (one?.line ?? 0) - (other?.line ?? 0) : files
}
