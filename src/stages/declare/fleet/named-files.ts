import { type Fault, fault, type Location } from '../../../model/fault.ts'
import type { JsonObject } from '../../../model/json.ts'
import { quoted } from '../../../model/quoted.ts'
import type { Defect } from '../defect.ts'
import { fillSetting } from '../references/scope.ts'
import { unsafePart } from '../tree-path.ts'
import type { ValuesFile, ValuesFiles } from '../values-files.ts'
import type { PlacedGroup, PlacedInstallation } from './directory.ts'

/** A document with settings: that of an installation or of a group that it is in. */
export type Sayer = PlacedInstallation | PlacedGroup

/** A values file that an installation is made from. */
export interface NamedFile {
  readonly sayer: Sayer
  /** From the root of the repository, or why it has none. */
  readonly path: string | Fault
  /** It is another one for each installation. */
  readonly refers: boolean
  readonly location: Location
}

/** A values file as it was read, or why there is none. */
export interface SaidFile {
  readonly sayer: Sayer
  readonly content: ValuesFile | Fault
}

/** Whether a file is the installation's own, and not what it inherits. */
export function isOwnFile({ sayer, refers }: NamedFile, document: PlacedInstallation | undefined): boolean {
  return refers || sayer === document
}

export function saidFile({ sayer, path, location }: NamedFile, files: ValuesFiles): SaidFile {
  if (typeof path !== 'string') return { sayer, content: path }
  const found = files.get(path) ?? path
  const content = typeof found === 'string' ? fault('unknown-values-file', found, { location }) : found
  return { sayer, content }
}

/**
 * The values files that documents name for one installation.
 *
 * @param installation values of `${installation.…}`
 */
export function namedFiles(sayers: readonly Sayer[], installation: JsonObject): readonly NamedFile[] {
  return sayers.flatMap((sayer) =>
    sayer.document.valuesFiles.map((text, index) => {
      const location = sayer.place(`/spec/valuesFiles/${index}`)
      return { sayer, path: pathOf(text, installation, location), refers: text.includes('${'), location }
    }),
  )
}

function pathOf(text: string, installation: JsonObject, location: Location): string | Fault {
  const defects: Defect[] = []
  const path = fillSetting(text, installation, '', defects)
  const [defect] = defects
  if (defect) return fault(defect.code, defect.details, { location })
  if (unsafePart(path) === undefined) return path
  return fault('unknown-values-file', `${quoted(path)} leads out of the repository`, { location })
}
