import { hash } from 'node:crypto'
import { COPY_NAME_LENGTH } from '../../../model/copy.ts'
import type { Fault } from '../../../model/fault.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import type { JsonObject } from '../../../model/json.ts'
import { idOf, keyOf, type ObjectId } from '../../../model/object.ts'
import { type IgnoreRule, selects } from '../../../model/rules.ts'
import type { Secrets } from '../../../model/secrets.ts'
import type { BlueGreen } from '../../../model/strategy.ts'
import { canonicalJson } from '../../plan/canonical-json.ts'
import { companionsOf } from './companions.ts'
import { doublingFaults } from './doubling-faults.ts'
import { withReferences } from './pod-specs.ts'
import { isCopied, runningText } from './roles.ts'
import { switchedServices } from './switched-services.ts'

/** Which objects of an installation are in its copy, by id, and what the copy is called. */
export interface CopyPlan {
  readonly name: string
  readonly workloads: ReadonlySet<ObjectId>
  /** ConfigMaps and Secrets that the workloads refer to. */
  readonly mounted: ReadonlySet<ObjectId>
  /** What scales or protects the workloads. */
  readonly companions: ReadonlySet<ObjectId>
  /** Services that select the copy. */
  readonly switched: ReadonlySet<ObjectId>
  readonly faults: readonly Fault[]
}

export interface CopyContext {
  readonly strategy: BlueGreen
  /** Rules of charts: what they leave alone is made up once, and not copied. */
  readonly ignore: readonly IgnoreRule[]
  /** They say nothing in the copy's name. */
  readonly secrets?: Secrets | undefined
  /** By default a digest of what runs. */
  readonly name?: string | undefined
}

/**
 * Plans the copy of an installation. Its name is a digest of what runs in it, so that a copy with other content is
 * another one, and the same content the same, whoever asks and whenever: no state is kept of it.
 *
 * @param objects all that it declares, awake
 */
export function planCopies(objects: readonly DeclaredObject[], context: CopyContext): CopyPlan {
  const workloads = objects.filter(({ object }) => isCopied(object))
  const mounted = mountedBy(workloads, objects, context.ignore)
  const switched = switchedServices(objects, workloads)
  return {
    name: context.name ?? nameOf(workloads, mounted, context.secrets),
    workloads: idsOf(workloads),
    mounted: idsOf(mounted),
    companions: idsOf(companionsOf(objects, workloads)),
    switched: idsOf(switched),
    faults: doublingFaults({ objects, workloads, switched, strategy: context.strategy }),
  }
}

function idsOf(objects: readonly DeclaredObject[]): ReadonlySet<ObjectId> {
  return new Set(objects.map(({ object }) => idOf(keyOf(object))))
}

function mountedBy(
  workloads: readonly DeclaredObject[],
  objects: readonly DeclaredObject[],
  ignore: readonly IgnoreRule[],
): readonly DeclaredObject[] {
  const wanted = new Set<string>()
  for (const { object } of workloads)
    withReferences((object.spec ?? null) as JsonObject, (kind, name) => {
      wanted.add(`${kind} ${object.metadata.namespace ?? ''} ${name}`)
      return name
    })
  return objects.filter((declared) => {
    const { kind, namespace, name, group } = keyOf(declared.object)
    return group === '' && wanted.has(`${kind} ${namespace} ${name}`) && !isMadeUp(declared, ignore)
  })
}

/** Whether a chart makes it up at its first rendering: a copy would be another one. */
function isMadeUp({ object, varying }: DeclaredObject, ignore: readonly IgnoreRule[]): boolean {
  const key = keyOf(object)
  return (
    varying !== undefined || ignore.some((rule) => rule.fields.includes('') && selects(rule.objects, key))
  )
}

/** How many run is no other content; nor are Secrets, of which a name would say something. */
function nameOf(
  workloads: readonly DeclaredObject[],
  mounted: readonly DeclaredObject[],
  secrets: Secrets | undefined,
): string {
  const texts = [...workloads.map(workloadText), ...mounted.flatMap(configText)].sort()
  const text = texts.join('\n')
  return hash('sha256', secrets ? secrets.redact(text) : text).slice(0, COPY_NAME_LENGTH)
}

function workloadText({ object, varying = [] }: DeclaredObject): string {
  return `${idOf(keyOf(object))} ${runningText(object, varying)}`
}

function configText({ object }: DeclaredObject): readonly string[] {
  if (object.kind === 'Secret') return []
  const { data = {}, binaryData = {} } = object as JsonObject
  return [`${idOf(keyOf(object))} ${canonicalJson([data, binaryData])}`]
}
