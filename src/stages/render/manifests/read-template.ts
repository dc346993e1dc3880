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
import { Room } from '../../declare/references/room.ts'
import { type Scope, substitute } from '../../declare/references/substitute.ts'
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
}

/** A template that is read once and filled in for many installations. */
export interface ManifestTemplate {
  /**
   * @param largest maximum size of what its references expand to
   * @param standIns stand in for the texts decrypted from its files
   */
  readonly fill: (scope: Scope, largest: number, standIns?: StandIns) => Instance
  /** Texts decrypted from its files. */
  readonly secrets?: Secrets
  /** Some of its files could not be decrypted. */
  readonly isUndecryptable?: true
}

/** One object of a template before its references are resolved. */
interface Form {
  readonly value: Candidate['value']
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
    fill: (scope, largest, standIns) =>
      fill(standIns ? forms.map(withStandIns(standIns)) : forms, faults, scope, new Room(largest)),
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
    form.isSealed && isJsonObject(form.value) ? { ...form, value: standIns.ofObject(form.value) } : form
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
        isSealed,
        lineOf,
        origin: { file, line: lineOf(pointer), document, pointer },
      }
    })
}

function fill(forms: readonly Form[], broken: readonly Fault[], scope: Scope, room: Room): Instance {
  const objects: DeclaredObject[] = []
  const faults = [...broken]
  for (const { value, origin, lineOf } of forms) {
    const defects: Defect[] = []
    const filled = substitute(value, scope, origin.pointer, defects, room)
    const checked = defects.length > 0 ? { defects } : checkObject(filled, origin.pointer)
    if ('object' in checked) objects.push({ ...checked, origin })
    else
      faults.push(
        ...checked.defects.map(({ code, details, pointer }) =>
          fault(code, details, { location: { file: origin.file, line: lineOf(pointer) } }),
        ),
      )
    if (room.isFull) break
  }
  return { objects, faults, size: room.used }
}
