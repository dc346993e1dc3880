import { misplaced } from '../declare/documents/installation-document.ts'
import type { InstallationSource } from '../declare/layout.ts'
import { type Fault, fault } from '../model/fault.ts'
import type { Installation } from '../model/installation.ts'
import { NO_RULES } from '../model/rules.ts'
import { decodeText } from './decode-text.ts'
import { duplicateObjects } from './duplicate-objects.ts'
import { type Manifest, type PlacedDocument, readManifest } from './read-manifest.ts'
import type { RenderOptions } from './render.ts'

/** Renders plain manifests: the objects are what the files say. See the type `Render`. */
export function renderPlain(
  { name, id, source, files, faults }: InstallationSource,
  contents: ReadonlyMap<string, Uint8Array>,
  { namespace, maxFileBytes }: RenderOptions,
): Installation {
  const manifests = files.map(({ path, oid }) => readFile(path, contents.get(oid), maxFileBytes))
  const objects = manifests.flatMap((manifest) => manifest.objects)
  const found = manifests.flatMap((manifest) => manifest.faults)
  const documents = manifests.flatMap((manifest) => manifest.documents)
  const allFaults = [
    ...faults,
    ...found,
    ...duplicateObjects(objects, namespace),
    ...documentFaults(documents, name, id),
  ]
  const { dependsOn = [], document } = documents[0] ?? {}
  return {
    name,
    id,
    source,
    objects,
    dependsOn,
    rules: document?.rules ?? NO_RULES,
    faults: allFaults.sort(byPlace),
  }
}

function readFile(file: string, bytes: Uint8Array | undefined, maxFileBytes: number): Manifest {
  const location = { file, line: 1 }
  if (!bytes || bytes.byteLength > maxFileBytes) {
    return failed(fault('file-too-large', `more than ${maxFileBytes} bytes`, { location }))
  }
  const decoded = decodeText(bytes)
  if ('text' in decoded) return readManifest(decoded.text, file)
  return failed(fault('not-utf8', '', { location: { file, line: decoded.invalidLine } }))
}

function failed(found: Fault): Manifest {
  return { objects: [], documents: [], faults: [found] }
}

/** One document is enough for a directory, and it says which one it is about. */
function documentFaults(documents: readonly PlacedDocument[], name: string, id: string): readonly Fault[] {
  return documents.flatMap(({ document, location }, index) => {
    const details = misplaced(document, name, id)
    const wrong = details === undefined ? [] : [fault('bad-document', details, { location })]
    const first = documents[0]?.location
    if (index === 0 || first === undefined) return wrong
    const again = `${name} is configured at ${first.file}:${first.line} already`
    return [fault('duplicate-installation', again, { location }), ...wrong]
  })
}

function byPlace({ location: a }: Fault, { location: b }: Fault): number {
  if (!a || !b || a.file === b.file) return (a?.line ?? 0) - (b?.line ?? 0)
  return a.file < b.file ? -1 : 1
}
