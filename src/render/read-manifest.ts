import { checkObject } from '../declare/check-object.ts'
import type { Defect } from '../declare/defect.ts'
import { type Candidate, unfoldList } from '../declare/unfold-list.ts'
import { type Locate, locator } from '../declare/yaml/line-of.ts'
import { type ParsedDocument, parseYaml } from '../declare/yaml/parse-yaml.ts'
import { type Fault, fault } from '../model/fault.ts'
import type { DeclaredObject } from '../model/installation.ts'

/** The objects of one file and all that is wrong with it. */
export interface Manifest {
  readonly objects: readonly DeclaredObject[]
  readonly faults: readonly Fault[]
}

interface Draft {
  readonly objects: DeclaredObject[]
  readonly faults: Fault[]
}

/** With so many faults a file is not read to its end. */
const MAX_FAULTS = 1000

/** Files that are written for another program, whatever they hold. */
const foreignFiles = /(?:^|\/)(?:kustomization\.ya?ml|Chart\.yaml)$/

/** Reads the objects of a file with YAML or JSON documents; documents without a value are skipped. */
export function readManifest(text: string, file: string): Manifest {
  if (foreignFiles.test(file)) {
    return { objects: [], faults: [fault('unknown-document', file, { location: { file, line: 1 } })] }
  }
  const locate = locator(text)
  const draft: Draft = { objects: [], faults: [] }
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
  const checked = checkObject(value, pointer)
  if ('object' in checked) {
    draft.objects.push({ object: checked.object, origin: { file, line: lineAt(pointer), document, pointer } })
  } else {
    for (const defect of checked.defects) draft.faults.push(faultOf(defect, file, lineAt(defect.pointer)))
  }
}

function faultOf({ code, details }: Defect, file: string, line: number): Fault {
  return fault(code, details, { location: { file, line } })
}
