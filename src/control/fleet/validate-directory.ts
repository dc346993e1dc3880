import path from 'node:path'
import type { Fault, Finding } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import { type InstallationNotice, noticesOf } from '../../model/notice.ts'
import type { KeySettings } from '../../model/settings.ts'
import { type SharedFault, sharedFaults } from '../../model/shared-faults.ts'
import type { AccountRules } from '../../model/tenancy.ts'
import { unmanageableKind } from '../../stages/plan/unmanageable-kind.ts'
import { duplicates } from './duplicates.ts'
import { readingWith } from './leave-encrypted.ts'
import { readDirectory } from './read-directory-fleet.ts'
import type { TemporarySourcesOptions } from './with-temporary-sources.ts'

export interface Validated {
  readonly installations: readonly Installation[]
  /** Sorted by file and line; files are relative to the current directory. */
  readonly faults: readonly (Fault | SharedFault)[]
  /** Sorted likewise. */
  readonly notices: readonly InstallationNotice[]
  /** Some file stayed encrypted because there is no key. */
  readonly isEncrypted: boolean
  /** Paths of all files, below the directory. */
  readonly files: readonly string[]
}

export interface ValidateOptions extends TemporarySourcesOptions {
  readonly namespace: string
  /** Absent: installations may name any service account, or none. */
  readonly accounts?: AccountRules | undefined
  readonly keys: KeySettings
  /** Prefixes of the repositories that bases of overlays may come from. */
  readonly remoteBases?: readonly string[] | undefined
}

/** Reads a directory like a commit's tree. Needs no cluster, and the network only for remote templates. */
export async function validateDirectory(
  directory: string,
  { keys, ...options }: ValidateOptions,
): Promise<Validated> {
  const { decrypt, hasLeft } = readingWith(keys)
  const fleet = await readDirectory(directory, { ...options, decrypt })
  const installations = [...fleet.installations.values()]
  const faults = [
    ...sharedFaults(
      installations.map(({ name, faults, objects }) => ({
        name,
        faults: [...faults, ...objects.flatMap((object) => unmanageableKind(object) ?? [])],
      })),
    ),
    ...duplicates(installations, options.namespace),
  ]
  return {
    installations,
    faults: placed(faults, directory),
    notices: placed(noticesOf(installations), directory),
    isEncrypted: hasLeft(),
    files: fleet.snapshot.entries.map((entry) => entry.path),
  }
}

/** Places faults relative to the current directory, sorted. */
export function placed<T extends Finding>(findings: readonly T[], directory: string): readonly T[] {
  return findings.map((finding) => below(directory, finding)).sort(byPlace)
}

function below<T extends Finding>(directory: string, finding: T): T {
  const { location } = finding
  if (location === undefined) return finding
  return { ...finding, location: { ...location, file: path.join(directory, location.file) } }
}

function byPlace({ location: one }: Finding, { location: other }: Finding): number {
  const files = (one?.file ?? '').localeCompare(other?.file ?? '')
  return files === 0 ? (one?.line ?? 0) - (other?.line ?? 0) : files
}
