import { hash } from 'node:crypto'
import type { Declaration } from '../../model/declaration.ts'
import { type Fault, fault, type Location } from '../../model/fault.ts'
import type { DeclaredObject, Installation } from '../../model/installation.ts'
import type { JsonObject } from '../../model/json.ts'
import { tokensOf, valueAt } from '../../model/json-pointer.ts'
import type { IgnoreRule, Rules } from '../../model/rules.ts'
import { allSecrets, Secrets } from '../../model/secrets.ts'
import type { Layer } from '../../model/values.ts'
import type { Defect } from '../declare/defect.ts'
import { mergeValues } from '../declare/fleet/merge-values.ts'
import { isDnsLabel } from '../declare/names.ts'
import { withNamespace } from './created-namespace.ts'
import { duplicateObjects } from './duplicate-objects.ts'
import { Room } from './manifests/room.ts'
import { substitute } from './manifests/substitute.ts'
import { markSensitive } from './mark-sensitive.ts'
import { fillValues, installationScope } from './scope.ts'

/** A template, ready to be filled in. */
export interface Renderer {
  /** Digest of the template. */
  readonly digest: string
  /** What it says where nobody else does. */
  readonly defaults?: Layer
  /** It renders in this very process, without waiting for anything. */
  readonly isImmediate?: true
  /** Digest of what it saw of the cluster; absent where it does not look. */
  readonly cluster?: string
  /** What was decrypted of it. */
  readonly secrets?: Secrets
  /** Some of it could not be decrypted: with other keys it may be another one. */
  readonly isUndecryptable?: true
  readonly render: (release: Release) => Rendered | Promise<Rendered>
}

/** What a template is filled in for. */
export interface Release {
  readonly name: string
  /** Of namespaced objects that name none. */
  readonly namespace: string
  /** Without the template's defaults. */
  readonly values: JsonObject
  /** What `${installation.…}` stands for. */
  readonly installation: JsonObject
  /** Where the template is named. */
  readonly location: Location
}

export interface Rendered {
  readonly objects: readonly DeclaredObject[]
  readonly faults: readonly Fault[]
  /** How its objects are handled besides what the installation says. */
  readonly ignore?: readonly IgnoreRule[]
  /** Characters that were made for it alone. */
  readonly size?: number
  /** What people should know, though it keeps nothing from being applied. */
  readonly notices?: readonly Fault[]
}

/** How a template is rendered, or why it can't be. */
export type Rendering = Renderer | { readonly fault: Fault }

/** What is smaller does not count, in characters. */
const LARGE = 1024 ** 2
/** Maximum number of faults that are kept of one installation. */
const MOST_FAULTS = 10_000

const NOTHING: Rendered = { objects: [], faults: [] }
const NOWHERE: Location = { file: '', line: 1 }

/**
 * Makes an installation of what Git declares of it: the objects of its own directory as they are, and
 * those of its template. What is wrong is among its faults, by file and line.
 *
 * @param rendering of its template; undefined for an installation without one
 * @param fallback the namespace of namespaced objects that name none, where the installation does not say
 */
export async function render(
  declaration: Declaration,
  rendering: Rendering | undefined,
  fallback: string,
): Promise<Installation> {
  const { name, id, objects: own, dependsOn, rules } = declaration
  const release = releaseOf(declaration, fallback)
  const { secrets, isTooLarge } = secretsOf(declaration, rendering, release)
  const problems = [
    ...declaration.faults,
    ...release.faults,
    ...(rendering && 'fault' in rendering ? [rendering.fault] : []),
    ...(isTooLarge ? [fault('too-large-rendering', 'what is encrypted', release)] : []),
  ]
  const rendered =
    problems.length === 0 && rendering && 'render' in rendering ? await rendering.render(release) : NOTHING
  const { namespace } = release
  const { size = 0 } = rendered
  const objects = withNamespace([...own, ...rendered.objects], declaration, namespace)
  const found = [...problems, ...rendered.faults, ...duplicateObjects(objects, namespace)]
  const faults = found.slice(0, MOST_FAULTS)
  return {
    name,
    id,
    source: sourceOf(declaration, rendering),
    objects: secrets ? objects.map((object) => markSensitive(object, secrets)) : objects,
    dependsOn,
    rules: withIgnored(rules, rendered),
    ...settingsOf(declaration),
    ...(declaration.namespace !== undefined && { namespace }),
    ...(size >= LARGE && { size }),
    ...(rendered.notices && { notices: rendered.notices }),
    ...(secrets && { secrets }),
    faults: withoutSecrets(faults, secrets),
  }
}

/** What a declaration says besides its objects, as far as it says anything. */
function settingsOf({
  version,
  groups,
  isUngrouped,
  suspended,
  atomic,
  overridden,
}: Declaration): Partial<Installation> {
  return {
    ...(version !== undefined && { version }),
    ...(groups.length > 0 && { groups }),
    ...(isUngrouped && { isUngrouped }),
    ...(suspended && { suspended }),
    ...(atomic && { atomic }),
    ...(overridden.length > 0 && { overridden }),
  }
}

function withoutSecrets(faults: readonly Fault[], secrets: Secrets | undefined): readonly Fault[] {
  return secrets ? faults.map((each) => ({ ...each, message: secrets.redact(each.message) })) : faults
}

/**
 * An installation that can't be rendered, or not yet: what its own documents say, and why. It stays as it
 * was.
 */
export function unrendered(declaration: Declaration, found: Fault): Installation {
  const { name, id, digest, objects, dependsOn, rules, namespace, secrets } = declaration
  return {
    name,
    id,
    source: hash('sha256', `${digest} ${found.message}`),
    objects,
    dependsOn,
    rules,
    ...settingsOf(declaration),
    ...(namespace !== undefined && isDnsLabel(namespace) && { namespace }),
    ...(secrets && { secrets }),
    faults: withoutSecrets([...declaration.faults, found], secrets),
  }
}

function withIgnored(rules: Rules, { ignore = [] }: Rendered): Rules {
  return ignore.length === 0 ? rules : { ...rules, ignore: [...rules.ignore, ...ignore] }
}

/** What was decrypted, also as it is with its references filled in. */
function secretsOf(
  declaration: Declaration,
  rendering: Rendering | undefined,
  { values, installation }: Release,
): { readonly secrets?: Secrets; readonly isTooLarge?: boolean } {
  const template = rendering && 'render' in rendering ? rendering : undefined
  const secrets = allSecrets(declaration.secrets, template?.secrets)
  if (secrets === undefined) return {}
  const room = new Room()
  const scope = { values: mergeValues(template?.defaults?.values ?? {}, values), installation }
  const filled = [...secrets.reveal()]
    .filter((text) => text.includes('${'))
    .flatMap((text) => [
      substitute(text, scope, '', [], room),
      fillValues({ text }, installation, [], room).text,
    ])
    .filter((text) => typeof text === 'string')
  if (filled.length === 0) return { secrets }
  return { secrets: allSecrets(secrets, new Secrets(filled)) ?? secrets, isTooLarge: room.isFull }
}

function sourceOf({ digest }: Declaration, rendering: Rendering | undefined): string {
  if (rendering === undefined) return digest
  const template = 'fault' in rendering ? rendering.fault.message : rendering.digest
  return hash('sha256', `${digest} ${template}`)
}

function releaseOf(
  declaration: Declaration,
  fallback: string,
): Release & { readonly faults: readonly Fault[] } {
  const defects: Defect[] = []
  const scope = installationScope(declaration, fallback)
  const namespace = fillNamespace(declaration, scope, defects) ?? fallback
  const installation = { ...scope, namespace }
  const values = fillValues(declaration.values, installation, defects)
  return {
    name: String(scope.name),
    namespace,
    values,
    installation,
    location: declaration.template?.location ?? NOWHERE,
    faults: defects.map((defect) => faultOf(defect, declaration)),
  }
}

function fillNamespace({ namespace }: Declaration, installation: JsonObject, defects: Defect[]) {
  if (namespace === undefined) return undefined
  const filled = String(substitute(namespace, { installation }, NAMESPACE, defects))
  if (!isDnsLabel(filled))
    defects.push({ code: 'invalid-name', details: `spec.namespace ${filled}`, pointer: NAMESPACE })
  return filled
}

/** Stands for the pointer of what is not among the values. */
const NAMESPACE = '-'

function faultOf({ code, details, pointer }: Defect, { layers, location }: Declaration): Fault {
  const layer = pointer === NAMESPACE ? undefined : layerOf(pointer, layers)
  return fault(code, details, { location: layer?.placeOf(pointer) ?? location })
}

function layerOf(pointer: string, layers: Declaration['layers']): Declaration['layers'][number] | undefined {
  const words = tokensOf(pointer)
  return layers.findLast(({ values }) => valueAt(values, words) !== undefined)
}
