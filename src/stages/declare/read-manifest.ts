import { countMarks } from '../../model/count-marks.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, fault, type Location } from '../../model/fault.ts'
import type { DeclaredObject } from '../../model/installation.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import { tokensOf, valueAt } from '../../model/json-pointer.ts'
import { mapTexts } from '../../model/map-texts.ts'
import type { KubernetesObject } from '../../model/object.ts'
import { printableLines } from '../../model/printable.ts'
import { REDACTED, type Secrets } from '../../model/secrets.ts'
import { localChartsIn } from './charts/chart-file.ts'
import { checkObject } from './check-object.ts'
import { declaredFields } from './declared-fields.ts'
import type { Defect } from './defect.ts'
import { homeIn } from './documents/installation-document.ts'
import { type OwnDocument, type OwnKind, ownKindOf, readOwnDocument } from './documents/own-document.ts'
import { stringsIn } from './documents/read-rules.ts'
import { holdsEncrypted, isSealedAt, sealedObject } from './documents/sealed-object.ts'
import { type Kustomization, readKustomization } from './kustomization.ts'
import { type Opened, type OpenedDocument, openDocuments } from './open-documents.ts'
import { holdsObject, isChart, isKustomization, isValues } from './template-files.ts'
import { type Candidate, unfoldList } from './unfold-list.ts'
import { type Locate, locator } from './yaml/line-of.ts'
import { parseYaml } from './yaml/parse-yaml.ts'

/** The location of a JSON pointer, relative to the top of its document. */
export type Place = (pointer: string) => Location

/** Whether what is at a JSON pointer, relative to the top of its document, holds an encrypted text in Git. */
export type IsSealed = (pointer: string) => boolean

/** A document of Reeve's own and its places. */
export interface Placed<Document extends OwnDocument = OwnDocument> {
  readonly document: Document
  /** As an object of the cluster. */
  readonly declared: DeclaredObject
  readonly place: Place
  /** Absent where nothing is encrypted. */
  readonly isSealed?: IsSealed
  /** All texts decrypted from its file. */
  readonly secrets?: Secrets
}

/** An invalid document of Reeve's own that has a kind and a name. */
export interface Misfit {
  readonly kind: OwnKind
  readonly name: string
  /** metadata.namespace, where it is valid. */
  readonly home?: string
  readonly location: Location
  /** Paths of its templates. */
  readonly templates: readonly string[]
  /** Paths of its values files. */
  readonly valuesFiles: readonly string[]
  readonly faults: readonly Fault[]
}

/** The contents of one file, and all its faults. */
export interface Manifest {
  readonly file: string
  readonly objects: readonly DeclaredObject[]
  readonly documents: readonly Placed[]
  readonly misfits: readonly Misfit[]
  /** Excluding those of misfits. */
  readonly faults: readonly Fault[]
  /** It holds the defaults of a template, so its directory is a template. */
  readonly isValues?: true
  /** It holds no Kubernetes object, so that a document may name it as a file of values. */
  readonly isBare?: true
  /** Its contents, for a kustomization. */
  readonly kustomization?: Kustomization
  /** All texts decrypted from it. */
  readonly secrets?: Secrets
  /** It could not be decrypted; other keys may change its contents. */
  readonly isUndecryptable?: true
  /** Directories of the charts that a chart depends on. */
  readonly localCharts?: readonly string[]
  /** About the memory that it takes, in bytes. */
  readonly weight?: number
  /** Reading it failed with an unforeseen error; a later attempt may succeed. */
  readonly isUnread?: true
}

interface Draft extends Manifest {
  readonly objects: DeclaredObject[]
  readonly documents: Placed[]
  readonly misfits: Misfit[]
  readonly faults: Fault[]
}

/** Maximum number of faults of a file; the rest of it is then skipped. */
const MAX_FAULTS = 1000

/**
 * Reads the objects of a file with YAML or JSON documents; documents without a value are skipped. Synchronous
 * unless SOPS encrypted the file.
 */
export function readManifest(text: string, file: string, decrypt: Decrypt): Manifest | Promise<Manifest> {
  const nothing: Manifest = { file, objects: [], documents: [], misfits: [], faults: [] }
  if (isKustomization(file)) return { ...nothing, kustomization: readKustomization(text, file) }
  if (isChart(file))
    return { ...nothing, faults: [unusedTemplate(file)], localCharts: localChartsIn(text, file) }
  const documents = parseYaml(text, file)
  if (isValues(file, documents))
    return { ...nothing, isValues: true, isBare: true, faults: [unusedTemplate(file)] }
  if (!holdsObject(documents, text)) return { ...manifestOf({ documents }, text, file), isBare: true }
  const opened = openDocuments(documents, file, decrypt)
  return opened instanceof Promise
    ? opened.then((now) => manifestOf(now, text, file))
    : manifestOf(opened, text, file)
}

function unusedTemplate(file: string): Fault {
  return fault('unused-template', file, { location: { file, line: 1 } })
}

function manifestOf(opened: Opened, text: string, file: string): Manifest {
  const { documents, secrets, undecryptable } = opened
  if (undecryptable) return closedManifest(opened, undecryptable, file)
  const draft: Draft = {
    file,
    objects: [],
    documents: [],
    misfits: [],
    faults: [],
    ...(secrets && { secrets }),
  }
  const locate = locator(text)
  for (const parsed of documents) {
    if (draft.faults.length < MAX_FAULTS) addDocument(draft, parsed, locate)
  }
  return { ...draft, weight: weightOf(draft, text) }
}

/** What a value, an object and an installation take besides their text, in bytes. */
const VALUE = 32
const OBJECT = 600
const DOCUMENT = 6_000

function weightOf({ objects, documents, misfits }: Draft, text: string): number {
  const own = documents.length + misfits.length
  return text.length + VALUE * countMarks(text) + OBJECT * objects.length + DOCUMENT * own
}

/** For an undecryptable file: where all its documents are Reeve's own and named, only they have the fault. */
function closedManifest({ documents }: Opened, found: Fault, file: string): Manifest {
  const misfits = documents.flatMap(
    ({ value = null, line }) => misfitOf(value, { file, line }, [found]) ?? [],
  )
  const isAllOwn = misfits.length === documents.filter(({ value = null }) => value !== null).length
  const faults = isAllOwn ? [] : [found]
  return { file, objects: [], documents: [], misfits, faults, isUndecryptable: true }
}

function addDocument(draft: Draft, parsed: OpenedDocument, locate: Locate): void {
  draft.faults.push(...parsed.faults)
  if (parsed.value === undefined || parsed.value === null) return
  for (const candidate of unfoldList(parsed.value)) {
    if (draft.faults.length < MAX_FAULTS) addCandidate(draft, candidate, parsed, locate)
  }
}

function addCandidate(
  draft: Draft,
  { value, pointer }: Candidate,
  { document, line, sealed }: OpenedDocument,
  locate: Locate,
): void {
  const lineAt = (at: string) => (at === '' ? line : (locate(document, at) ?? line))
  const place = (at: string) => ({ file: draft.file, line: lineAt(at) })
  const origin = { ...place(pointer), document, pointer }
  const ownKind = ownKindOf(value)
  const same = sealed && valueAt(sealed, tokensOf(pointer))
  const isSealed = same ? (at: string) => isSealedAt(same, at.slice(pointer.length)) : undefined
  const at = { place, isSealed, secrets: draft.secrets }
  if (ownKind !== undefined) {
    const shown = sealed && sealedObject(value as JsonObject, sealed, pointer)
    addOwn(draft, { kind: ownKind, value: value as JsonObject, shown, origin }, at)
    return
  }
  const checked = checkObject(value, pointer)
  if ('object' in checked) draft.objects.push({ ...checked, origin })
  else draft.faults.push(...faultsOf(checked.defects, at))
}

interface OwnCandidate {
  readonly kind: OwnKind
  readonly value: JsonObject
  /** The object without decrypted texts; undefined where nothing is encrypted. */
  readonly shown: JsonObject | undefined
  readonly origin: DeclaredObject['origin']
}

interface Places {
  readonly place: Place
  readonly isSealed: IsSealed | undefined
  readonly secrets: Secrets | undefined
}

function addOwn(draft: Draft, { kind, value, shown, origin }: OwnCandidate, places: Places): void {
  const read = readOwnDocument(kind, value, origin.pointer)
  const { place, isSealed, secrets } = places
  if ('document' in read) {
    // YAML has no control characters: one in any object would keep kubectl from printing them all.
    const visible = mapTexts(shown ?? value, printableLines)
    const object = declaredFields(visible, visible.metadata as JsonObject) as KubernetesObject
    const at: Place = (pointer) => place(`${origin.pointer}${pointer}`)
    const placed = { document: read.document, declared: { object, origin }, place: at }
    draft.documents.push({
      ...placed,
      ...(isSealed && { isSealed: (pointer) => isSealed(`${origin.pointer}${pointer}`) }),
      ...(secrets && { secrets }),
    })
    return
  }
  const faults = faultsOf(read.defects, places)
  const misfit = misfitOf(value, place(origin.pointer), faults)
  if (misfit === undefined) draft.faults.push(...faults)
  else draft.misfits.push(misfit)
}

function misfitOf(value: JsonValue, location: Location, faults: readonly Fault[]): Misfit | undefined {
  const kind = ownKindOf(value)
  const metadata = isJsonObject(value) ? objectIn(value.metadata) : {}
  const { name } = metadata
  if (kind === undefined || typeof name !== 'string' || holdsEncrypted(name)) return undefined
  const home = homeIn(metadata)
  const { template, templates, valuesFiles } = objectIn((value as JsonObject).spec)
  const named = [template, ...(isJsonArray(templates) ? templates : [])]
  return {
    kind,
    name,
    ...(home !== undefined && { home }),
    location,
    faults,
    templates: named.flatMap((each) => templatePathOf(each) ?? []),
    valuesFiles: stringsIn(valuesFiles),
  }
}

function templatePathOf(template: JsonValue | undefined): string | undefined {
  const path = isJsonObject(template) && template.git === undefined ? template.path : undefined
  return typeof path === 'string' ? path : undefined
}

/** Faults whose details are only the keys of a field, which are in plain text. */
const TELLS_KEYS: ReadonlySet<string> = new Set(['unknown-field', 'missing-field'])

/** What is wrong with an encrypted text may be told by a part of it. */
function faultsOf(defects: readonly Defect[], { place, isSealed, secrets }: Places): readonly Fault[] {
  return defects.map(({ code, details, pointer }) => {
    const isHidden = !TELLS_KEYS.has(code) && isSealed?.(pointer) === true
    const told = isHidden ? REDACTED : (secrets?.redact(details) ?? details)
    return fault(code, told, { location: place(pointer) })
  })
}
