import { isJsonObject, type JsonValue } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import { readRevision, revisionDocument } from '../../../model/revision.ts'
import type { FaultDocument } from '../../plan/describe/fault-document.ts'
import type { Fold } from '../../plan/describe/fold-plans.ts'
import type {
  InstallationDocument,
  ObjectDocument,
  RevisionDocument,
} from '../../plan/describe/plan-document.ts'
import { bool, count, list, oneOf, type Read, shape, text, yes } from './shapes.ts'

const ACTIONS: readonly ObjectDocument['action'][] = ['create', 'patch', 'delete', 'blocked', 'unchanged']
const NAME = text(1_000)
const MESSAGE = text(100_000)

export const readFault: Read<FaultDocument> = shape(
  { code: text(100), message: MESSAGE, remedy: MESSAGE },
  { file: MESSAGE, line: count, installations: list(NAME) },
)

/** Any JSON value: isBounded has seen that it is one. Undefined only where it is absent. */
const json: Read<JsonValue> = (value) => value as JsonValue | undefined

/** An object as far as it is shown: what says which one it is has the right types. */
const kubernetesObject: Read<KubernetesObject> = (value) => {
  if (!isJsonObject(value)) return undefined
  const known = shape({ apiVersion: NAME, kind: NAME, metadata: readMeta }, {})(value)
  return known && (value as unknown as KubernetesObject)
}

const readMeta = shape({ name: NAME }, { namespace: NAME, labels: texts, annotations: texts })

function texts(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isJsonObject(value)) return undefined
  return Object.values(value).every((each) => typeof each === 'string')
    ? (value as Readonly<Record<string, string>>)
    : undefined
}

const readObject: Read<ObjectDocument> = shape(
  { action: oneOf(ACTIONS), group: NAME, kind: NAME, name: NAME },
  {
    namespace: NAME,
    file: MESSAGE,
    line: count,
    version: NAME,
    object: kubernetesObject,
    handedOverFrom: NAME,
    takenOverFrom: list(NAME),
    isReplacement: yes,
    changes: list(shape({ path: MESSAGE }, { before: json, after: json })),
    fault: readFault,
  },
)

const readInstallation: Read<InstallationDocument> = shape(
  {
    name: NAME,
    commit: revision,
    summary: shape({ create: count, change: count, delete: count, blocked: count, unchanged: count }, {}),
    objects: list(readObject),
  },
  { held: list(readFault) },
)

function revision(value: unknown): RevisionDocument | undefined {
  if (value === '') return value
  const known = readRevision(value)
  return known && revisionDocument(known)
}

/** A fold stands for one installation at least. */
export const readFold: Read<Fold> = (value) => {
  const fold = shape({ installations: list(NAME), isButForNames: bool, shown: readInstallation }, {})(value)
  return fold !== undefined && fold.installations.length > 0 ? fold : undefined
}
