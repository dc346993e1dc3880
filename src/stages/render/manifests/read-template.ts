import type { Decrypt } from '../../../model/decrypt.ts'
import { type Fault, fault } from '../../../model/fault.ts'
import type { DeclaredObject, Origin } from '../../../model/installation.ts'
import { isJsonObject } from '../../../model/json.ts'
import { allSecrets, type Secrets } from '../../../model/secrets.ts'
import type { Template } from '../../../model/template.ts'
import { checkObject } from '../../declare/check-object.ts'
import { decodeFile } from '../../declare/decode-file.ts'
import type { Defect } from '../../declare/defect.ts'
import { ownKindOf } from '../../declare/documents/own-document.ts'
import { type OpenedDocument, openDocuments } from '../../declare/open-documents.ts'
import { type Fillable, fill, fillable } from '../../declare/references/fillable.ts'
import type { Scope } from '../../declare/references/resolve-text.ts'
import { Room } from '../../declare/references/room.ts'
import { holdsObject } from '../../declare/template-files.ts'
import { isManifestName, nameOf } from '../../declare/tree-path.ts'
import { type Candidate, unfoldList } from '../../declare/unfold-list.ts'
import { type Locate, locator } from '../../declare/yaml/line-of.ts'
import { parseYaml } from '../../declare/yaml/parse-yaml.ts'
import type { StandIns } from '../secrets/stand-ins.ts'

/** The result of filling in a template with values. */
export interface Instance {
  readonly objects: readonly DeclaredObject[]
  readonly faults: readonly Fault[]
  /** Number of characters that its references expand to. */
  readonly size: number
  /**
   * Fills in the same with stand-ins for the texts decrypted from its files. An object that is alike in both is one
   * and the same.
   */
  readonly refill: (scope: Scope, standIns: StandIns) => Instance
}

/** A template that is read once and filled in for many installations. */
export interface ManifestTemplate {
  /** @param largest maximum size of what its references expand to, in characters */
  readonly fill: (scope: Scope, largest: number) => Instance
  /** Texts decrypted from its files. */
  readonly secrets?: Secrets
  /** Some of its files could not be decrypted. */
  readonly isUndecryptable?: true
}

/** One object of a template before its references are resolved. */
interface Form {
  readonly value: Candidate['value']
  /** Undefined where it holds no references. */
  readonly fillable: Fillable | undefined
  /** Of a file that is encrypted. */
  readonly isSealed: boolean
  readonly origin: Origin
  readonly lineOf: (pointer: string) => number
}

/** The contents of one file of a template. */
interface Part {
  readonly forms: readonly Form[]
  readonly faults: readonly Fault[]
  /** Texts decrypted from it. */
  readonly secrets?: Secrets | undefined
}

/** Reads the manifests of a template: all in its directory and below. */
export async function readTemplate(
  { directory, files, valuesFiles }: Template,
  decrypt: Decrypt,
): Promise<ManifestTemplate> {
  const parts: Part[] = []
  for (const [path, bytes] of files)
    if (isManifest(path, directory)) parts.push(await readPart(path, bytes, decrypt, valuesFiles))
  const forms = parts.flatMap((part) => part.forms)
  const faults = parts.flatMap((part) => part.faults)
  const secrets = allSecrets(...parts.map((part) => part.secrets))
  return {
    fill: (scope, largest) => instance(forms, faults, { scope, largest }),
    ...(secrets && { secrets }),
    ...(faults.some(({ code }) => code === 'undecryptable') && { isUndecryptable: true }),
  }
}

/** The defaults and their schema are not manifests. */
function isManifest(path: string, directory: string): boolean {
  const below = path.slice(directory.length + 1)
  return isManifestName(nameOf(path)) && below !== 'values.yaml' && below !== 'values.schema.json'
}

async function readPart(
  file: string,
  bytes: Uint8Array,
  decrypt: Decrypt,
  valuesFiles: Template['valuesFiles'],
): Promise<Part> {
  const decoded = decodeFile(file, bytes)
  if ('fault' in decoded) return { forms: [], faults: [decoded.fault] }
  const { text } = decoded
  const parsed = parseYaml(text, file)
  if (valuesFiles.has(file) && !holdsObject(parsed, text)) return { forms: [], faults: [] }
  const { documents, secrets, undecryptable } = await openDocuments(parsed, file, decrypt)
  if (undecryptable) return { forms: [], faults: [undecryptable] }
  const locate = locator(text)
  return {
    forms: documents.flatMap((document) => formsOf(file, document, locate)),
    faults: documents.flatMap(({ faults }) => faults),
    secrets,
  }
}

function withStandIns(standIns: StandIns): (form: Form) => Form {
  return (form) =>
    form.isSealed && isJsonObject(form.value) ? withValue(form, standIns.ofObject(form.value)) : form
}

function withValue(form: Form, value: Form['value']): Form {
  return { ...form, value, fillable: fillable(value, form.origin.pointer) }
}

function formsOf(
  file: string,
  { value, document, line, sealed }: OpenedDocument,
  locate: Locate,
): readonly Form[] {
  if (value === undefined || value === null) return []
  const lineOf = (pointer: string) => (pointer === '' ? line : (locate(document, pointer) ?? line))
  return unfoldList(value)
    .filter((candidate) => ownKindOf(candidate.value) === undefined)
    .map((candidate) => {
      const { pointer } = candidate
      const isSealed = sealed !== undefined
      return {
        value: candidate.value,
        fillable: fillable(candidate.value, pointer),
        isSealed,
        lineOf,
        origin: { file, line: lineOf(pointer), document, pointer },
      }
    })
}

/** What fills in all forms of a template. */
interface Input {
  readonly scope: Scope
  readonly largest: number
}

/** A form that is filled in. */
interface Filled {
  readonly form: Form
  readonly value: Form['value']
  /** Undefined where it has faults. */
  readonly declared?: DeclaredObject
  readonly faults: readonly Fault[]
}

/** @param before the same of another scope */
function instance(
  forms: readonly Form[],
  broken: readonly Fault[],
  { scope, largest }: Input,
  before: readonly Filled[] = [],
): Instance {
  const room = new Room(largest)
  const all: Filled[] = []
  for (const [index, form] of forms.entries()) {
    all.push(filledIn(form, scope, room, before[index]))
    if (room.isFull) break
  }
  return {
    objects: all.flatMap(({ declared }) => declared ?? []),
    faults: [...broken, ...all.flatMap(({ faults }) => faults)],
    size: room.used,
    refill: (other, standIns) =>
      instance(forms.map(withStandIns(standIns)), broken, { scope: other, largest }, all),
  }
}

function filledIn(form: Form, scope: Scope, room: Room, before: Filled | undefined): Filled {
  const { origin, lineOf } = form
  const defects: Defect[] = []
  const same = before?.form.fillable === form.fillable ? before : undefined
  const value = form.fillable ? fill(form.fillable, { scope, defects, room }, same?.value) : form.value
  if (same?.declared && value === same.value && defects.length === 0) return same
  const checked = defects.length > 0 ? { defects } : checkObject(value, origin.pointer)
  if ('object' in checked) return { form, value, declared: { ...checked, origin }, faults: [] }
  const faults = checked.defects.map(({ code, details, pointer }) =>
    fault(code, details, { location: { file: origin.file, line: lineOf(pointer) } }),
  )
  return { form, value, faults }
}
