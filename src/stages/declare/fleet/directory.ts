import type { OwnDocument } from '../documents/own-document.ts'
import type { InstallationSource } from '../layout.ts'
import type { Manifest, Misfit, Placed } from '../read-manifest.ts'
import { isChart } from '../template-files.ts'

/** A directory that directly holds manifests, with the manifests read. */
export interface Directory extends InstallationSource {
  readonly manifests: readonly Manifest[]
  /** It holds only objects and faults, neither documents of Reeve nor parts of a template. */
  readonly isPlain: boolean
}

export function directoryWith(source: InstallationSource, manifests: readonly Manifest[]): Directory {
  return { ...source, manifests, isPlain: manifests.every(isPlain) }
}

function isPlain({ file, documents, misfits, isValues, references }: Manifest): boolean {
  return documents.length + misfits.length === 0 && !isValues && !references && !isChart(file)
}

type OfKind<Kind extends OwnDocument['kind']> = Extract<OwnDocument, { readonly kind: Kind }>
export type PlacedInstallation = Placed<OfKind<'Installation'>>
export type PlacedGroup = Placed<OfKind<'InstallationGroup'>>

export function installationsIn({ manifests }: Directory): readonly PlacedInstallation[] {
  return manifests.flatMap(({ documents }) => documents.filter(isInstallation))
}

export function groupsIn({ manifests }: Directory): readonly PlacedGroup[] {
  return manifests.flatMap(({ documents }) => documents.filter(isGroup))
}

export function misfitsIn({ manifests }: Directory, kind: Misfit['kind']): readonly Misfit[] {
  return manifests.flatMap(({ misfits }) => misfits.filter((misfit) => misfit.kind === kind))
}

function isInstallation(placed: Placed): placed is PlacedInstallation {
  return placed.document.kind === 'Installation'
}

function isGroup(placed: Placed): placed is PlacedGroup {
  return placed.document.kind === 'InstallationGroup'
}
