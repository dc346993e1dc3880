import { isDeepStrictEqual } from 'node:util'
import { objectPath } from '../../../src/adapters/cluster/resource-path.ts'
import { isJsonArray, isJsonObject, type JsonValue } from '../../../src/model/json.ts'
import { APPLIED_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../../src/model/labels.ts'
import type { PatchOperation } from '../../../src/model/plan.ts'
import type { ForwardedWrite } from '../../helpers/fault-proxy/fault-proxy.ts'
import { kindCalled } from '../world/catalogue.ts'
import { keyOfDeclaration, objectOf } from '../world/declaration.ts'
import type { DesiredState } from '../world/history.ts'

/** All that Git ever declared. */
export interface Versions {
  /** Of each object, by its path below the API server: what each commit declares that declares it. */
  readonly objects: ReadonlyMap<string, readonly JsonValue[]>
  /** How many commits were head. */
  readonly commits: number
}

/** @param commits what each commit that was head declares */
export function versionsOf(commits: readonly DesiredState[]): Versions {
  const versions = new Map<string, JsonValue[]>()
  for (const declared of commits)
    for (const objects of declared.values())
      for (const declaration of objects.values()) {
        const { resource } = kindCalled(declaration.kind)
        const path = objectPath(resource, keyOfDeclaration(declaration))
        const known = versions.get(path) ?? []
        versions.set(path, [...known, objectOf(declaration) as unknown as JsonValue])
      }
  return { objects: versions, commits: commits.length }
}

/** Those of the writes that are about objects, for people; Reeve's Lease and its key are none that Git knows of. */
export function writesToObjects(writes: readonly ForwardedWrite[]): readonly string[] {
  return writes.filter(isToObject).map(describe)
}

/** The writes among these that bring something which no commit declares, for people. */
export function undeclaredWrites(writes: readonly ForwardedWrite[], versions: Versions): readonly string[] {
  return writes.filter((write) => isToObject(write) && !isDeclared(write, versions)).map(describe)
}

function isToObject({ path, body }: ForwardedWrite): boolean {
  const isKey = path.endsWith('/secrets') && body.includes('"type":"reeve.dev/seal"')
  return !path.startsWith('/apis/coordination.k8s.io/') && !isKey
}

function describe({ method, path, body }: ForwardedWrite): string {
  return `${method} ${path} ${body}`
}

function isDeclared({ method, path, body, before }: ForwardedWrite, { objects, commits }: Versions): boolean {
  if (method === 'DELETE') return objects.has(path) && (objects.get(path) ?? []).length < commits
  const sent: JsonValue = JSON.parse(body)
  if (method === 'PATCH') {
    if (before === '') return true // somebody deleted the object meanwhile: nothing is written
    const known = [...(objects.get(path) ?? []), JSON.parse(before)]
    return (sent as unknown as readonly PatchOperation[]).every((operation) => isKnown(operation, known))
  }
  const name = isJsonObject(sent) && isJsonObject(sent.metadata) ? sent.metadata.name : ''
  const declared = objects.get(`${path}/${name}`) ?? []
  return method === 'POST' && declared.some((version) => isDeepStrictEqual(ownless(version), ownless(sent)))
}

/**
 * Whether what an operation brings comes from some version, or was there before: a list is sent as a
 * whole where its order changes. A removal brings nothing: what is lost by it shows.
 */
function isKnown(operation: PatchOperation, known: readonly JsonValue[]): boolean {
  if (operation.op === 'test' || operation.op === 'remove') return true
  const tokens = operation.path.slice(1).split('/').map(plainToken)
  return (
    isOwn(tokens) ||
    isFrom(
      ownless(operation.value),
      known.flatMap((object) => valuesAt(object, tokens)),
    )
  )
}

/** Whether each part of a value is the same part of one of the others. */
function isFrom(value: JsonValue, others: readonly JsonValue[]): boolean {
  if (isJsonArray(value)) {
    const elements = others.flatMap((other) => (isJsonArray(other) ? other : []))
    return value.every((element) => isFromElement(element, elements))
  }
  if (!isJsonObject(value)) return others.includes(value)
  const objects = others.filter(isJsonObject)
  return Object.entries(value).every(([name, part]) => {
    const parts = objects.flatMap((object) => object[name] ?? [])
    return isFrom(part, parts)
  })
}

/** An element with a name may be made of parts of those of its name, any other is one of them. */
function isFromElement(element: JsonValue, others: readonly JsonValue[]): boolean {
  const name = nameOf(element)
  if (name === undefined) return others.some((other) => isDeepStrictEqual(other, element))
  return isFrom(
    element,
    others.filter((other) => nameOf(other) === name),
  )
}

function nameOf(element: JsonValue): JsonValue | undefined {
  return isJsonObject(element) ? element.name : undefined
}

function plainToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}

const OWN = new Set<string>([REPOSITORY_LABEL, INSTALLATION_LABEL, APPLIED_ANNOTATION])

function isOwn([metadata, , name = '']: readonly string[]): boolean {
  return metadata === 'metadata' && OWN.has(name)
}

/** The values at a place, where any element of a list may be meant. */
function valuesAt(value: JsonValue, [token, ...rest]: readonly string[]): readonly JsonValue[] {
  if (token === undefined) return [value]
  if (isJsonArray(value)) return value.flatMap((element) => valuesAt(element, rest))
  if (!isJsonObject(value)) return []
  const inner = value[token]
  return inner === undefined ? [] : valuesAt(inner, rest)
}

/** Without Reeve's own labels and annotation, and without what holds nothing but them. */
function ownless(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(ownless)
  if (!isJsonObject(value)) return value
  const kept = Object.entries(value)
    .filter(([name]) => !OWN.has(name))
    .map(([name, inner]) => [name, ownless(inner)] as const)
    .filter(([name, inner]) => !(isMetadata(name) && isJsonObject(inner) && Object.keys(inner).length === 0))
  return Object.fromEntries(kept)
}

function isMetadata(name: string): boolean {
  return name === 'labels' || name === 'annotations'
}
