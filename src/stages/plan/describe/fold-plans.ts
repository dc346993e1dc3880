import { createHash } from 'node:crypto'
import type { JsonValue } from '../../../model/json.ts'
import { writeJson } from '../../../model/json.ts'
import type { ObjectMeta } from '../../../model/object.ts'
import { BOOKKEEPING } from '../bookkeeping.ts'
import { anonymised } from './anonymised.ts'
import type { InstallationDocument, ObjectDocument } from './plan-document.ts'

/** Changes that some installations have in common, as one of them shows them. */
export interface Fold {
  /** Names, in the order given; the first one's changes are shown. */
  readonly installations: readonly string[]
  /** Whether the changes are the same only but for the names of installations and namespaces. */
  readonly isButForNames: boolean
  /** The first installation, with just these changes. */
  readonly shown: InstallationDocument
}

/**
 * Folds equal changes of many installations: changes of objects of the same kind and name, in any namespace,
 * that are the same, or the same but for what names the installation. Redacted values count as equal, so that
 * a fold tells nothing about them.
 */
export function foldPlans(installations: readonly InstallationDocument[]): readonly Fold[] {
  return equalChanges(installations).map(({ indices, isButForNames, shown }) => ({
    installations: indices.flatMap((index) => installations[index]?.name ?? []),
    isButForNames,
    shown,
  }))
}

/** Changes that some documents have in common. */
export interface EqualChanges extends Omit<Fold, 'installations'> {
  /** Positions of the documents in the list. */
  readonly indices: readonly number[]
}

/** Like foldPlans for documents of which several may have the same name, as those of several clusters. */
export function equalChanges(installations: readonly InstallationDocument[]): readonly EqualChanges[] {
  const changes = new Changes()
  for (const [index, installation] of installations.entries())
    for (const keyed of keyedObjects(installation)) changes.add(index, keyed)
  const groups = Map.groupBy(changes.all, ({ owners }) => owners.join())
  return [...groups.values()].flatMap((group) => foldOf(group, installations))
}

/** A change, and the installations that have it. */
interface Change {
  readonly first: KeyedObject
  /** Indices of the installations. */
  readonly owners: number[]
  isButForNames: boolean
}

class Changes {
  readonly all: Change[] = []
  readonly #known = new Map<string, Change>()

  add(index: number, keyed: KeyedObject): void {
    const known = [keyed.exact, keyed.anonymous].flatMap((key) => this.#known.get(key) ?? [])
    const change = known.find(({ owners }) => owners.at(-1) !== index) ?? this.#start(keyed)
    change.owners.push(index)
    change.isButForNames ||= change.first.content !== keyed.content
    for (const key of [keyed.exact, keyed.anonymous]) if (!this.#known.has(key)) this.#known.set(key, change)
  }

  #start(first: KeyedObject): Change {
    const change: Change = { first, owners: [], isButForNames: false }
    this.all.push(change)
    return change
  }
}

function foldOf(
  group: readonly Change[],
  installations: readonly InstallationDocument[],
): readonly EqualChanges[] {
  const indices = group[0]?.owners ?? []
  const shown = installations[indices[0] ?? -1]
  if (shown === undefined) return []
  return [
    {
      indices,
      isButForNames: group.some(({ isButForNames }) => isButForNames),
      shown: { ...shown, objects: group.map(({ first }) => first.object) },
    },
  ]
}

/** An object's change with what it is compared by; keys differ for equal changes of one installation. */
interface KeyedObject {
  readonly object: ObjectDocument
  readonly exact: string
  readonly anonymous: string
  /** Digest of the change without the object's name. */
  readonly content: string
}

function* keyedObjects(installation: InstallationDocument): Generator<KeyedObject> {
  const seen = new Map<string, number>()
  const numbered = (key: string): string => {
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    return `${key}/${count}`
  }
  const { commit, held } = installation
  for (const object of installation.objects) {
    const value = contentOf(object)
    const content = digest(value)
    const about: JsonValue = [object.name, commit, held !== undefined]
    const anonymous = anonymised([about, value], installation.name, object.namespace ?? '')
    yield {
      object,
      exact: numbered(`exact/${digest([about, content])}`),
      anonymous: numbered(`anonymous/${digest(anonymous)}`),
      content,
    }
  }
}

/** An object's change without its place in the cluster and in Git, and without Reeve's own marks. */
function contentOf(object: ObjectDocument): JsonValue {
  const { namespace: _namespace, name: _name, file: _file, line: _line, ...content } = object
  const created = content.object && { ...content.object, metadata: unplaced(content.object.metadata) }
  const { file: _place, line: _at, ...fault } = content.fault ?? {}
  return { ...content, ...(created && { object: created }), fault } as unknown as JsonValue
}

function unplaced({ name: _name, namespace: _namespace, ...metadata }: ObjectMeta): object {
  const { labels, annotations } = metadata
  return { ...metadata, labels: withoutMarks(labels), annotations: withoutMarks(annotations) }
}

function withoutMarks(entries: Readonly<Record<string, string>> = {}): object {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !BOOKKEEPING.has(name)))
}

function digest(value: JsonValue): string {
  return createHash('sha256').update(writeJson(value)).digest('base64')
}
