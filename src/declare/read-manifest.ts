import { type Fault, fault, type Location } from '../model/fault.ts'
import type { DeclaredObject } from '../model/installation.ts'
import { isJsonObject, type JsonObject } from '../model/json.ts'
import type { KubernetesObject } from '../model/object.ts'
import { checkObject } from './check-object.ts'
import { declaredFields } from './declared-fields.ts'
import type { Defect } from './defect.ts'
import { type OwnDocument, type OwnKind, ownKindOf, readOwnDocument } from './documents/own-document.ts'
import { isChart, isKustomization, isValues, referencesOf } from './template-files.ts'
import { type Candidate, unfoldList } from './unfold-list.ts'
import { type Locate, locator } from './yaml/line-of.ts'
import { type ParsedDocument, parseYaml } from './yaml/parse-yaml.ts'

/** The line of a JSON pointer in a document, from the document's own top. */
export type Place = (pointer: string) => Location

/** A document of Reeve's own and where it stands. */
export interface Placed<Document extends OwnDocument = OwnDocument> {
  readonly document: Document
  /** As an object of the cluster. */
  readonly declared: DeclaredObject
  readonly place: Place
}

/** A document that says whose it is, but not all right. */
export interface Misfit {
  readonly kind: OwnKind
  readonly name: string
  readonly location: Location
  /** The path of its template, as far as it says one. */
  readonly template?: string
  readonly faults: readonly Fault[]
}

/** What one file holds, and all that is wrong with it. */
export interface Manifest {
  readonly file: string
  readonly objects: readonly DeclaredObject[]
  readonly documents: readonly Placed[]
  readonly misfits: readonly Misfit[]
  /** Those of misfits aside. */
  readonly faults: readonly Fault[]
  /** It holds the defaults of a template: its directory is one. */
  readonly isValues?: true
  /** Of a kustomization: the paths that it may refer to, as it writes them. */
  readonly references?: readonly string[]
}

interface Draft extends Manifest {
  readonly objects: DeclaredObject[]
  readonly documents: Placed[]
  readonly misfits: Misfit[]
  readonly faults: Fault[]
}

/** With so many faults a file is not read to its end. */
const MAX_FAULTS = 1000

/** Reads the objects of a file with YAML or JSON documents; documents without a value are skipped. */
export function readManifest(text: string, file: string): Manifest {
  const draft: Draft = { file, objects: [], documents: [], misfits: [], faults: [] }
  if (isChart(file) || isKustomization(file)) {
    const faults = [fault('unused-template', file, { location: { file, line: 1 } })]
    return isChart(file) ? { ...draft, faults } : { ...draft, faults, references: referencesOf(text, file) }
  }
  const locate = locator(text)
  const documents = parseYaml(text, file)
  if (isValues(file, documents))
    return {
      ...draft,
      isValues: true,
      faults: [fault('unused-template', file, { location: { file, line: 1 } })],
    }
  for (const parsed of documents) {
    if (draft.faults.length < MAX_FAULTS) addDocument(draft, parsed, locate)
  }
  return draft
}

function addDocument(draft: Draft, parsed: ParsedDocument, locate: Locate): void {
  draft.faults.push(...parsed.faults)
  if (parsed.value === undefined || parsed.value === null) return
  for (const candidate of unfoldList(parsed.value)) {
    if (draft.faults.length < MAX_FAULTS) addCandidate(draft, candidate, parsed, locate)
  }
}

function addCandidate(
  draft: Draft,
  { value, pointer }: Candidate,
  { document, line }: ParsedDocument,
  locate: Locate,
): void {
  const lineAt = (at: string) => (at === '' ? line : (locate(document, at) ?? line))
  const place = (at: string) => ({ file: draft.file, line: lineAt(at) })
  const origin = { ...place(pointer), document, pointer }
  const ownKind = ownKindOf(value)
  if (ownKind !== undefined) {
    addOwn(draft, ownKind, value as JsonObject, origin, place)
    return
  }
  const checked = checkObject(value, pointer)
  if ('object' in checked) draft.objects.push({ object: checked.object, origin })
  else draft.faults.push(...faultsOf(checked.defects, place))
}

function addOwn(
  draft: Draft,
  kind: OwnKind,
  value: JsonObject,
  origin: DeclaredObject['origin'],
  place: Place,
): void {
  const read = readOwnDocument(kind, value, origin.pointer)
  if ('document' in read) {
    const object = declaredFields(value, value.metadata as JsonObject) as KubernetesObject
    const at: Place = (pointer) => place(`${origin.pointer}${pointer}`)
    draft.documents.push({ document: read.document, declared: { object, origin }, place: at })
    return
  }
  const faults = faultsOf(read.defects, place)
  if (read.name === undefined) draft.faults.push(...faults)
  else {
    const template = templatePathIn(value)
    const misfit = { kind, name: read.name, location: place(origin.pointer), faults }
    draft.misfits.push(template === undefined ? misfit : { ...misfit, template })
  }
}

function templatePathIn({ spec }: JsonObject): string | undefined {
  const template = isJsonObject(spec) ? spec.template : undefined
  const path = isJsonObject(template) && template.git === undefined ? template.path : undefined
  return typeof path === 'string' ? path : undefined
}

function faultsOf(defects: readonly Defect[], place: Place): readonly Fault[] {
  return defects.map(({ code, details, pointer }) => fault(code, details, { location: place(pointer) }))
}
