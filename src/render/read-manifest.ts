import { checkObject } from '../declare/check-object.ts'
import type { Defect } from '../declare/defect.ts'
import {
  type InstallationDocument,
  isInstallationDocument,
  readInstallationDocument,
} from '../declare/documents/installation-document.ts'
import { type Candidate, unfoldList } from '../declare/unfold-list.ts'
import { type Locate, locator } from '../declare/yaml/line-of.ts'
import { type ParsedDocument, parseYaml } from '../declare/yaml/parse-yaml.ts'
import { type Fault, fault, type Location } from '../model/fault.ts'
import type { DeclaredObject, Dependency } from '../model/installation.ts'
import type { JsonObject } from '../model/json.ts'

/** An `Installation` document and where it stands. */
export interface PlacedDocument {
  readonly document: InstallationDocument
  readonly location: Location
  readonly dependsOn: readonly Dependency[]
}

/** The objects of one file and all that is wrong with it. */
export interface Manifest {
  readonly objects: readonly DeclaredObject[]
  readonly documents: readonly PlacedDocument[]
  readonly faults: readonly Fault[]
}

interface Draft {
  readonly objects: DeclaredObject[]
  readonly documents: PlacedDocument[]
  readonly faults: Fault[]
}

/** With so many faults a file is not read to its end. */
const MAX_FAULTS = 1000

/** Files that are written for another program, whatever they hold. */
const foreignFiles = /(?:^|\/)(?:kustomization\.ya?ml|Chart\.yaml)$/

/** Reads the objects of a file with YAML or JSON documents; documents without a value are skipped. */
export function readManifest(text: string, file: string): Manifest {
  if (foreignFiles.test(file)) {
    const foreign = fault('unknown-document', file, { location: { file, line: 1 } })
    return { objects: [], documents: [], faults: [foreign] }
  }
  const locate = locator(text)
  const draft: Draft = { objects: [], documents: [], faults: [] }
  for (const parsed of parseYaml(text, file)) {
    if (draft.faults.length < MAX_FAULTS) addDocument(draft, parsed, file, locate)
  }
  return draft
}

function addDocument(draft: Draft, parsed: ParsedDocument, file: string, locate: Locate): void {
  draft.faults.push(...parsed.faults)
  if (parsed.value === undefined || parsed.value === null) return
  for (const candidate of unfoldList(parsed.value)) {
    if (draft.faults.length < MAX_FAULTS) addObject(draft, candidate, parsed, file, locate)
  }
}

function addObject(
  draft: Draft,
  { value, pointer }: Candidate,
  { document, line }: ParsedDocument,
  file: string,
  locate: Locate,
): void {
  const lineAt = (at: string) => (at === '' ? line : (locate(document, at) ?? line))
  const place = (at: string) => ({ file, line: lineAt(at) })
  if (isInstallationDocument(value)) {
    addInstallation(draft, value, pointer, place)
    return
  }
  const checked = checkObject(value, pointer)
  if ('object' in checked)
    draft.objects.push({ object: checked.object, origin: { ...place(pointer), document, pointer } })
  else addDefects(draft, checked.defects, place)
}

type Place = (pointer: string) => Location

function addInstallation(draft: Draft, value: JsonObject, pointer: string, place: Place): void {
  const read = readInstallationDocument(value, pointer)
  if ('defects' in read) {
    addDefects(draft, read.defects, place)
    return
  }
  const { document } = read
  const dependsOn = document.dependsOn.map((name, index) => ({
    name,
    location: place(`${pointer}/spec/dependsOn/${index}`),
  }))
  draft.documents.push({ document, location: place(pointer), dependsOn })
}

function addDefects(draft: Draft, defects: readonly Defect[], place: Place): void {
  for (const { code, details, pointer } of defects)
    draft.faults.push(fault(code, details, { location: place(pointer) }))
}
