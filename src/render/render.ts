import { hash } from 'node:crypto'
import { type Defect, pointerWords } from '../declare/defect.ts'
import { mergeValues, valueAt } from '../declare/fleet/merge-values.ts'
import { isDnsLabel } from '../declare/names.ts'
import type { Declaration } from '../model/declaration.ts'
import { type Fault, fault, type Location } from '../model/fault.ts'
import type { DeclaredObject, Installation } from '../model/installation.ts'
import type { JsonObject } from '../model/json.ts'
import type { IgnoreRule, Rules } from '../model/rules.ts'
import { allSecrets, Secrets } from '../model/secrets.ts'
import type { Layer } from '../model/values.ts'
import { withNamespace } from './created-namespace.ts'
import { duplicateObjects } from './duplicate-objects.ts'
import { substitute } from './manifests/substitute.ts'
import { markSensitive } from './mark-sensitive.ts'
import { fillValues, installationScope } from './scope.ts'

/** A template, ready to be filled in. */
export interface Renderer {
  /** Digest of the template. */
  readonly digest: string
  /** What it says where nobody else does. */
  readonly defaults?: Layer
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
  /** What people should know, though it keeps nothing from being applied. */
  readonly notices?: readonly Fault[]
}

/** How a template is rendered, or why it can't be. */
export type Rendering = Renderer | { readonly fault: Fault }

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
  const { name, id, objects: own, dependsOn, rules, version, suspended, overridden } = declaration
  const { groups, isUngrouped } = declaration
  const release = releaseOf(declaration, fallback)
  const problems = [
    ...declaration.faults,
    ...release.faults,
    ...(rendering && 'fault' in rendering ? [rendering.fault] : []),
  ]
  const rendered =
    problems.length === 0 && rendering && 'render' in rendering ? await rendering.render(release) : NOTHING
  const { namespace } = release
  const secrets = secretsOf(declaration, rendering, release)
  const objects = withNamespace([...own, ...rendered.objects], declaration, namespace)
  const faults = [...problems, ...rendered.faults, ...duplicateObjects(objects, namespace)]
  return {
    name,
    id,
    source: sourceOf(declaration, rendering),
    objects: secrets ? objects.map((object) => markSensitive(object, secrets)) : objects,
    dependsOn,
    rules: withIgnored(rules, rendered),
    ...(version !== undefined && { version }),
    ...(groups.length > 0 && { groups }),
    ...(isUngrouped && { isUngrouped }),
    ...(declaration.namespace !== undefined && { namespace }),
    ...(suspended && { suspended }),
    ...(overridden.length > 0 && { overridden }),
    ...(rendered.notices && { notices: rendered.notices }),
    ...(secrets && { secrets }),
    faults: secrets ? faults.map((each) => ({ ...each, message: secrets.without(each.message) })) : faults,
  }
}

/**
 * An installation that can't be rendered, or not yet: what its own documents say, and why. It stays as it
 * was.
 */
export function unrendered(declaration: Declaration, found: Fault): Installation {
  const { name, id, digest, objects, dependsOn, rules, version, namespace, suspended } = declaration
  const { groups, isUngrouped, overridden, secrets } = declaration
  const faults = [...declaration.faults, found]
  return {
    name,
    id,
    source: hash('sha256', `${digest} ${found.message}`),
    objects,
    dependsOn,
    rules,
    ...(version !== undefined && { version }),
    ...(groups.length > 0 && { groups }),
    ...(isUngrouped && { isUngrouped }),
    ...(namespace !== undefined && isDnsLabel(namespace) && { namespace }),
    ...(suspended && { suspended }),
    ...(overridden.length > 0 && { overridden }),
    ...(secrets && { secrets }),
    faults: secrets ? faults.map((each) => ({ ...each, message: secrets.without(each.message) })) : faults,
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
): Secrets | undefined {
  const template = rendering && 'render' in rendering ? rendering : undefined
  const secrets = allSecrets(declaration.secrets, template?.secrets)
  if (secrets === undefined) return undefined
  const scope = { values: mergeValues(template?.defaults?.values ?? {}, values), installation }
  const filled = [...secrets.reveal()]
    .filter((text) => text.includes('${'))
    .flatMap((text) => [substitute(text, scope, '', []), fillValues({ text }, installation, []).text])
    .filter((text) => typeof text === 'string')
  return filled.length === 0 ? secrets : allSecrets(secrets, new Secrets(filled))
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
  const words = pointerWords(pointer)
  return layers.findLast(({ values }) => valueAt(values, words) !== undefined)
}
