import type { PlacedTemplate } from '../../../model/declaration.ts'
import type { Notice } from '../../../model/notice.ts'
import { isAbout } from '../documents/installation-document.ts'
import type { OwnDocument } from '../documents/own-document.ts'
import type { InstallationSource } from '../layout.ts'
import type { Manifest, Misfit, Placed } from '../read-manifest.ts'
import { isChart } from '../template-files.ts'
import { directoryOf } from '../tree-path.ts'

/** A directory that directly holds manifests, with the manifests read. */
export interface Directory extends InstallationSource {
  readonly manifests: readonly Manifest[]
  /** It holds only objects and faults, neither documents of Reeve nor parts of a template. */
  readonly isPlain: boolean
  /** Its kustomization is to be built for the installation. */
  readonly overlay?: PlacedTemplate
  readonly notices?: readonly Notice[]
}

export function directoryWith(source: InstallationSource, manifests: readonly Manifest[]): Directory {
  return { ...source, manifests, isPlain: manifests.every(isPlain) }
}

function isPlain({ file, documents, misfits, isValues, kustomization }: Manifest): boolean {
  return documents.length + misfits.length === 0 && !isValues && !kustomization && !isChart(file)
}

export function isChartDirectory({ manifests }: Pick<Directory, 'manifests'>): boolean {
  return manifests.some(({ file }) => isChart(file))
}

export function hasKustomization({ manifests }: Pick<Directory, 'manifests'>): boolean {
  return manifests.some(({ kustomization }) => kustomization)
}

/** Its path below the Repository's path, unlike its name '' for the top. */
export function pathOf({ files, manifests, name }: Directory): string {
  const file = files[0]?.path ?? manifests[0]?.file
  return file === undefined ? name : directoryOf(file)
}

/** A directory with only its documents of Reeve, as far as it has any. */
export function documentsOf(directory: Directory): readonly Directory[] {
  const manifests = directory.manifests
    .filter(({ documents, misfits }) => documents.length + misfits.length > 0)
    .map((manifest) => ({ ...manifest, objects: [], faults: [] }))
  return manifests.length > 0 ? [{ ...directory, manifests, files: [], faults: [] }] : []
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

/** Whether an Installation document, be it invalid, is about its directory. */
export function hasOwnDocument(directory: Directory): boolean {
  if (directory.isPlain) return false
  const misfits = misfitsIn(directory, 'Installation')
  return (
    installationsIn(directory).some(({ document }) => isAbout(directory.name, document)) ||
    misfits.some((misfit) => isAbout(directory.name, misfit))
  )
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
