import { hash } from 'node:crypto'
import type { Declaration } from '../../model/declaration.ts'
import { type Fault, type Finding, fault, type Location } from '../../model/fault.ts'
import type { DeclaredObject, Installation } from '../../model/installation.ts'
import type { JsonObject } from '../../model/json.ts'
import { tokensOf, valueAt } from '../../model/json-pointer.ts'
import { type Notice, notice } from '../../model/notice.ts'
import { quoted } from '../../model/quoted.ts'
import type { HelmRelease, PastRelease } from '../../model/release.ts'
import type { IgnoreRule, Rules } from '../../model/rules.ts'
import { allSecrets, Secrets } from '../../model/secrets.ts'
import type { Layer } from '../../model/values.ts'
import type { Defect } from '../declare/defect.ts'
import { mergeValues } from '../declare/fleet/merge-values.ts'
import { isDnsLabel, isReleaseName } from '../declare/names.ts'
import { Room } from '../declare/references/room.ts'
import { fillSetting, fillValues, installationScope } from '../declare/references/scope.ts'
import { substitute } from '../declare/references/substitute.ts'
import { ignoredNotices } from '../plan/ownership/ignored-notices.ts'
import { withNamespace } from './created-namespace.ts'
import { duplicateObjects } from './duplicate-objects.ts'
import { type Honoured, type HonourOptions, honourMarks } from './foreign/honour-marks.ts'
import { markSensitive } from './mark-sensitive.ts'

/** A template, ready to be filled in. */
export interface Renderer {
  /** Digest of the template. */
  readonly digest: string
  /** Its default values. */
  readonly defaults?: Layer
  /**
   * It renders Helm releases, which depend on what is recorded of the one before; Helm's hooks among the objects
   * are in their waves.
   */
  readonly isChart?: true
  /** It renders in this process, synchronously. */
  readonly isImmediate?: true
  /** Digest of the cluster data that it reads; absent where it reads none. */
  readonly cluster?: string
  /** Its files below the Repository's path, where objects that it fails to render may be declared. */
  readonly sources?: readonly string[]
  /** Texts decrypted from its files. */
  readonly secrets?: Secrets
  /** Some of its files could not be decrypted; other keys may change the template. */
  readonly isUndecryptable?: true
  readonly render: (release: Release) => Rendered | Promise<Rendered>
}

/** The input of a template. */
export interface Release {
  /** That of a Helm release. */
  readonly name: string
  /** Default namespace of namespaced objects. */
  readonly namespace: string
  /** Without the template's defaults. */
  readonly values: JsonObject
  /** Values of `${installation.…}`. */
  readonly installation: JsonObject
  /** The location that names the template. */
  readonly location: Location
  /** The location of a value by JSON pointer, or of what is closest around it. */
  readonly placeOf: (pointer: string) => Location
  readonly secrets?: Secrets | undefined
  /** What is recorded of its release. */
  readonly past?: PastRelease | undefined
}

export interface Rendered {
  readonly objects: readonly DeclaredObject[]
  readonly faults: readonly Fault[]
  /** Ignore rules of the template, in addition to those of the installation. */
  readonly ignore?: readonly IgnoreRule[]
  /** Number of characters generated for it alone. */
  readonly size?: number
  readonly notices?: readonly Notice[]
  /** Objects that are declared and not applied: what is there stays as it is. */
  readonly leftAlone?: readonly DeclaredObject[]
  /** Of a chart. */
  readonly release?: HelmRelease
}

/** A renderer, or the fault that prevents rendering. */
export type Rendering = Renderer | { readonly fault: Fault }

/** Minimum size of a rendering that counts, in characters. */
const LARGE = 1024 ** 2
/** Maximum number of faults kept for one installation. */
const MOST_FAULTS = 10_000

const NOTHING: Rendered = { objects: [], faults: [] }
const NOWHERE: Location = { file: '', line: 1 }

/**
 * Renders a declaration to an installation: the objects of its own directory as they are, and those of its
 * template. Problems become its faults, by file and line.
 *
 * @param rendering of its template; undefined for an installation without one
 * @param fallback default namespace of namespaced objects, where the installation sets none
 * @param past what is recorded of its release
 */
export async function render(
  declaration: Declaration,
  rendering: Rendering | undefined,
  fallback: string,
  past?: PastRelease,
): Promise<Installation> {
  const { name, id, objects: own, dependsOn, rules } = declaration
  const release = releaseOf(declaration, rendering, fallback)
  const { secrets, isTooLarge } = secretsOf(declaration, rendering, release)
  const problems = [
    ...declaration.faults,
    ...release.faults,
    ...(rendering && 'fault' in rendering ? [rendering.fault] : []),
    ...(isTooLarge ? [fault('too-large-rendering', 'its encrypted values', release)] : []),
  ]
  const rendered = await (problems.length > 0 ? NOTHING : renderBy(rendering, { ...release, secrets, past }))
  const { namespace } = release
  const { size = 0, release: made } = rendered
  const isChart = rendering !== undefined && 'isChart' in rendering
  const honoured = honourAll(own, rendered, { namespace, hasHelmHooks: isChart })
  const { leftAlone } = honoured
  const objects = withNamespace(honoured, declaration, namespace)
  const found = [...problems, ...rendered.faults, ...duplicateObjects(objects, namespace)]
  const faults = found.slice(0, MOST_FAULTS)
  const notices = [
    ...(declaration.notices ?? []),
    ...honoured.notices,
    ...ignoredNotices(objects),
    ...unusedReleaseName(declaration, rendering, release),
  ].slice(0, MOST_FAULTS)
  return {
    name,
    id,
    source: sourceOf(declaration, rendering),
    objects: secrets ? objects.map((object) => markSensitive(object, secrets)) : objects,
    dependsOn,
    rules: withIgnored(rules, honoured.ignore),
    ...settingsOf(declaration),
    ...(declaration.namespace !== undefined && { namespace }),
    ...(isChart && { releaseName: release.name }),
    ...(made && { release: made }),
    ...(size >= LARGE && { size }),
    ...(leftAlone.length > 0 && { leftAlone }),
    ...(notices.length > 0 && { notices: withoutSecrets(notices, secrets) }),
    ...(secrets && { secrets }),
    ...(faults.length > 0 && rendering && 'sources' in rendering && { sources: rendering.sources }),
    faults: withoutSecrets(faults, secrets),
  }
}

function renderBy(rendering: Rendering | undefined, release: Release): Rendered | Promise<Rendered> {
  return rendering && 'render' in rendering ? rendering.render(release) : NOTHING
}

/** An installation's own objects and the rendered ones, with the marks of other tools honoured. */
function honourAll(
  own: readonly DeclaredObject[],
  { objects, ignore = [], notices = [], leftAlone = [] }: Rendered,
  options: HonourOptions,
): Honoured {
  const first = honourMarks(own, { ...options, hasHelmHooks: false })
  const second = honourMarks(objects, options)
  return {
    objects: [...first.objects, ...second.objects],
    leftAlone: [...leftAlone, ...first.leftAlone, ...second.leftAlone],
    ignore: [...ignore, ...first.ignore, ...second.ignore],
    notices: [...notices, ...first.notices, ...second.notices],
  }
}

/** The settings of a declaration besides its objects, where present. */
function settingsOf({
  version,
  groups,
  isUngrouped,
  suspended,
  objectName,
  location,
  atomic,
  overridden,
}: Declaration): Partial<Installation> {
  return {
    ...(version !== undefined && { version }),
    ...(groups.length > 0 && { groups }),
    ...(isUngrouped && { isUngrouped }),
    ...(suspended && { suspended }),
    ...(objectName !== undefined && { objectName }),
    ...(location && { location }),
    ...(atomic && { atomic }),
    ...(overridden.length > 0 && { overridden }),
  }
}

function withoutSecrets<T extends Finding>(
  findings: readonly T[],
  secrets: Secrets | undefined,
): readonly T[] {
  return secrets ? findings.map((each) => ({ ...each, message: secrets.redact(each.message) })) : findings
}

/**
 * An installation that can't be rendered, or not yet: the contents of its own documents, and the fault. It
 * stays as it was.
 */
export function unrendered(declaration: Declaration, found: Fault): Installation {
  const { name, id, digest, objects, dependsOn, rules, namespace, secrets, notices } = declaration
  return {
    name,
    id,
    source: hash('sha256', `${digest} ${found.message}`),
    objects,
    dependsOn,
    rules,
    ...settingsOf(declaration),
    ...(namespace !== undefined && isDnsLabel(namespace) && { namespace }),
    ...(notices && { notices }),
    ...(secrets && { secrets }),
    faults: withoutSecrets([...declaration.faults, found], secrets),
  }
}

function withIgnored(rules: Rules, ignore: readonly IgnoreRule[]): Rules {
  return ignore.length === 0 ? rules : { ...rules, ignore: [...rules.ignore, ...ignore] }
}

/** The decrypted texts, also with their references resolved. */
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
  rendering: Rendering | undefined,
  fallback: string,
): Release & { readonly faults: readonly Fault[] } {
  const defects: Defect[] = []
  const scope = installationScope(declaration, fallback)
  const namespace = fillNamespace(declaration, scope, defects) ?? fallback
  const installation = { ...scope, namespace }
  const values = fillValues(declaration.values, installation, defects)
  const { name, faults } = releaseNameOf(declaration, installation)
  return {
    name,
    namespace,
    values,
    installation,
    location: declaration.template?.location ?? NOWHERE,
    placeOf: (pointer) => placeOf(pointer, declaration, rendering),
    faults: [...defects.map((defect) => faultOf(defect, declaration)), ...faults],
  }
}

/** By default that of the installation, whatever Helm would say of it. */
function releaseNameOf(
  { releaseName }: Declaration,
  installation: JsonObject,
): { readonly name: string; readonly faults: readonly Fault[] } {
  if (releaseName === undefined) return { name: String(installation.name), faults: [] }
  const { text, location } = releaseName
  const defects: Defect[] = []
  const name = fillSetting(text, installation, '', defects)
  if (defects.length === 0 && !isReleaseName(name))
    defects.push({ code: 'invalid-release-name', details: quoted(name), pointer: '' })
  return { name, faults: defects.map(({ code, details }) => fault(code, details, { location })) }
}

function unusedReleaseName(
  { releaseName }: Declaration,
  rendering: Rendering | undefined,
  { name }: Release,
): readonly Notice[] {
  const mayBeChart = rendering !== undefined && ('fault' in rendering || rendering.isChart === true)
  if (releaseName === undefined || mayBeChart) return []
  return [notice('unused-release-name', name, { location: releaseName.location })]
}

function fillNamespace({ namespace }: Declaration, installation: JsonObject, defects: Defect[]) {
  if (namespace === undefined) return undefined
  const filled = fillSetting(namespace, installation, NAMESPACE, defects)
  if (!isDnsLabel(filled))
    defects.push({ code: 'invalid-name', details: `spec.namespace ${filled}`, pointer: NAMESPACE })
  return filled
}

/** Placeholder for a pointer: the namespace is not among the values. */
const NAMESPACE = '-'

function faultOf({ code, details, pointer }: Defect, { layers, location }: Declaration): Fault {
  const layer = pointer === NAMESPACE ? undefined : layerOf(pointer, layers)
  return fault(code, details, { location: layer?.placeOf(pointer) ?? location })
}

/** The defaults of the template are overridden by all others. */
function placeOf(
  pointer: string,
  { layers, template, location }: Declaration,
  rendering: Rendering | undefined,
): Location {
  const defaults = rendering && 'defaults' in rendering && rendering.defaults
  const all = defaults ? [defaults, ...layers] : layers
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const layer = layerOf(at, all)
    if (layer) return layer.placeOf(at)
  }
  return template?.location ?? location ?? NOWHERE
}

function layerOf(pointer: string, layers: Declaration['layers']): Declaration['layers'][number] | undefined {
  const words = tokensOf(pointer)
  return layers.findLast(({ values }) => valueAt(values, words) !== undefined)
}
