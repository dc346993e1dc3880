import { hash } from 'node:crypto'
import { budgetsFor } from '../../model/budgets.ts'
import type { Declaration } from '../../model/declaration.ts'
import { type Fault, type Finding, fault, type Location } from '../../model/fault.ts'
import type { DeclaredObject, Installation } from '../../model/installation.ts'
import type { JsonObject } from '../../model/json.ts'
import { type Notice, notice } from '../../model/notice.ts'
import type { KubernetesObject } from '../../model/object.ts'
import { quoted } from '../../model/quoted.ts'
import type { PastRelease } from '../../model/release.ts'
import type { HibernateRule, IgnoreRule, Rules } from '../../model/rules.ts'
import { allSecrets, Secrets } from '../../model/secrets.ts'
import type { AccountRules } from '../../model/tenancy.ts'
import type { Defect } from '../declare/defect.ts'
import { mergeValues } from '../declare/fleet/merge-values.ts'
import { isDnsLabel, isReleaseName } from '../declare/names.ts'
import { Room } from '../declare/references/room.ts'
import { fillSetting, fillValues, installationScope } from '../declare/references/scope.ts'
import { substitute } from '../declare/references/substitute.ts'
import { ignoredNotices } from '../plan/ownership/ignored-notices.ts'
import { type CopyPlan, planCopies } from './copies/plan-copies.ts'
import { rulesInCopy } from './copies/rules-in-copy.ts'
import { withCopies } from './copies/with-copies.ts'
import { withNamespace } from './created-namespace.ts'
import { duplicateObjects } from './duplicate-objects.ts'
import { type Honoured, honourMarks } from './foreign/honour-marks.ts'
import { asleep } from './hibernate.ts'
import { operationsIn } from './hooks/operations-in.ts'
import { hookOf, takeHooks } from './hooks/take-hooks.ts'
import { type RenderedTemplates, renderTemplates } from './render-templates.ts'
import type { Release, Rendering } from './renderer.ts'
import { restarted } from './restart.ts'
import { hideSecrets } from './secrets/hide-secrets.ts'
import { withoutDetails } from './secrets/redact-findings.ts'
import type { StandIns } from './secrets/stand-ins.ts'
import type { Made } from './secrets/taint.ts'
import { type ActingAccount, serviceAccountOf } from './service-account.ts'
import { layerOf, type TemplatePart, templateParts } from './template-parts.ts'

/** Minimum size of a rendering that counts, in bytes. */
const LARGE = 64 * 1024
/** Maximum number of faults kept for one installation. */
const MOST_FAULTS = 10_000

/** What the configuration says of installations that say nothing, or may not say something. */
export interface RenderPlacement {
  /** Namespace of namespaced objects, where the installation sets none. */
  readonly namespace: string
  readonly accounts: AccountRules
  /** How objects of kinds sleep, where its own rules do not say; by default as is built in. */
  readonly hibernate?: readonly HibernateRule[]
}

const NOWHERE: Location = { file: '', line: 1 }

/**
 * Renders a declaration to an installation: the objects of its own directory as they are, and those of its
 * template. Problems become its faults, by file and line.
 *
 * @param renderings of its templates, in order
 * @param past what is recorded of its release
 * @param largest maximum size of what its references expand to, in characters
 */
export async function render(
  declaration: Declaration,
  renderings: readonly Rendering[],
  { namespace: fallback, accounts, hibernate }: RenderPlacement,
  past?: PastRelease,
  largest = budgetsFor(0).expanded,
): Promise<Installation> {
  const { name, id, dependsOn, rules } = declaration
  const { faults: wrong, ...common } = releaseOf(declaration, fallback, largest)
  const acting = serviceAccountOf(declaration, common.installation, accounts)
  const parts = templateParts(declaration, renderings, { ...common, account: acting.account })
  const { secrets, isTooLarge } = secretsOf(declaration, parts, largest)
  const problems = [
    ...declaration.faults,
    ...wrong,
    ...acting.faults,
    ...parts.flatMap((part) => faultOfTemplate(part)),
    ...parts.flatMap(({ faults }) => faults),
    ...(isTooLarge ? [fault('too-large-rendering', 'its encrypted values', locationOf(declaration))] : []),
  ]
  const ready = parts.flatMap(({ rendering, release }) =>
    'render' in rendering ? [{ renderer: rendering, release: { ...release, secrets } }] : [],
  )
  const rendered = await renderTemplates(problems.length > 0 ? [] : ready, past)
  const { namespace } = common
  const { size, release: made } = rendered
  const isChart = ready.some(({ renderer }) => renderer.isChart)
  const sleep = sleepRules(declaration, hibernate)
  const assembled = assemble(declaration, rendered, { namespace, secrets, sleep })
  const hidden =
    secrets || rendered.readsSecrets
      ? await hideSecrets(assembled, secrets, async (standIns) =>
          assemble(withStandIns(declaration, standIns), await rendered.again(standIns), {
            namespace,
            secrets,
            sleep,
            copy: assembled.plan?.name,
          }),
        )
      : assembled
  const faults = [...redacted(problems, secrets), ...hidden.faults].slice(0, MOST_FAULTS)
  const sources = ready.flatMap(({ renderer }) => renderer.sources ?? [])
  const notices = [
    ...redacted(declaration.notices ?? [], secrets),
    ...hidden.notices,
    ...redacted(unusedReleaseName(declaration, renderings, common.name), secrets),
  ].slice(0, MOST_FAULTS)
  return {
    name,
    id,
    source: sourceOf(declaration, renderings),
    ...partedOf(hidden, String(common.installation.name)),
    dependsOn,
    rules: rulesOf(rules, assembled),
    ...copyOf(declaration, assembled),
    ...settingsOf(declaration),
    ...(declaration.namespace !== undefined && { namespace }),
    ...(acting.account !== undefined && { serviceAccount: acting.account }),
    ...(isChart && { releaseName: common.name }),
    ...(made && { release: made }),
    ...(rendered.looksUp && { looksUp: true }),
    ...(size >= LARGE && { size }),
    ...(notices.length > 0 && { notices }),
    ...(hidden.secrets && { secrets: hidden.secrets }),
    ...(faults.length > 0 && sources.length > 0 && { sources }),
    faults,
  }
}

/** What is applied, what is left alone, and what is run. */
function partedOf(
  { objects: all, leftAlone }: Pick<Made, 'objects' | 'leftAlone'>,
  installation: string,
): Pick<Installation, 'objects' | 'leftAlone' | 'hooks' | 'operations'> {
  const { hooks, objects } = takeHooks(all)
  const operations = operationsIn(objects, installation)
  return {
    objects,
    ...(leftAlone.length > 0 && { leftAlone }),
    ...(hooks.length > 0 && { hooks: hooks.map(hookOf) }),
    ...(operations.length > 0 && { operations }),
  }
}

/** Who an installation acts as, without rendering it, and the namespace that Reeve itself creates for it. */
export function actingAs(
  declaration: Declaration,
  { namespace: fallback, accounts }: RenderPlacement,
): ActingAccount & { readonly createdNamespace?: string } {
  const { namespace, installation } = releaseOf(declaration, fallback, budgetsFor(0).expanded)
  return {
    ...serviceAccountOf(declaration, installation, accounts),
    ...(declaration.createNamespace && { createdNamespace: namespace }),
  }
}

interface Assembled extends Made {
  /** Absent where its workloads change in place. */
  readonly plan?: CopyPlan
  readonly ignore: readonly IgnoreRule[]
  readonly secrets?: Secrets
}

/** How objects sleep; undefined where they do not. */
function sleepRules(
  { hibernated, rules }: Declaration,
  configured: readonly HibernateRule[] = [],
): readonly HibernateRule[] | undefined {
  return hibernated && [...rules.hibernate, ...configured]
}

interface AssembleOptions {
  readonly namespace: string
  readonly secrets: Secrets | undefined
  /** How its objects sleep; undefined for one that is awake. */
  readonly sleep: readonly HibernateRule[] | undefined
  /** Name of the copy, where it is known. */
  readonly copy?: string | undefined
}

/** All that an installation declares, with the marks of other tools honoured. */
function assemble(
  declaration: Declaration,
  rendered: RenderedTemplates,
  { namespace, secrets, sleep, copy }: AssembleOptions,
): Assembled {
  const honoured = honourAll(declaration.objects, rendered, namespace)
  const { restartedAt, blueGreen: strategy } = declaration
  const { hooks, objects: made, faults } = takeHooks(withNamespace(honoured, declaration, namespace))
  const { ignore } = honoured
  const isWhole = rendered.faults.length === 0 && made.length > 0
  const plan = strategy && isWhole ? planCopies(made, { strategy, ignore, secrets, name: copy }) : undefined
  const awake = restartedAt === undefined ? made : restarted(made, restartedAt)
  const { objects: inPlace, leftAlone } = sleep ? asleep(awake, sleep) : { objects: awake, leftAlone: [] }
  const objects = plan ? withCopies(inPlace, plan) : inPlace
  return {
    // The secrets in hooks are found with all others.
    objects: hooks.length === 0 ? objects : [...objects, ...hooks],
    leftAlone: [...honoured.leftAlone, ...leftAlone],
    ignore: honoured.ignore,
    notices: [...honoured.notices, ...ignoredNotices(objects)],
    faults: [...rendered.faults, ...faults, ...(plan?.faults ?? []), ...duplicateObjects(objects, namespace)],
    madeUp: rendered.madeUp,
    ...(plan && { plan }),
  }
}

function withStandIns(declaration: Declaration, standIns: StandIns): Declaration {
  const objects = declaration.objects.map((declared) => {
    const object = standIns.ofObject(declared.object as JsonObject) as KubernetesObject
    return object === declared.object ? declared : { ...declared, object }
  })
  return { ...declaration, objects }
}

/** An installation's own objects and the rendered ones, with the marks of other tools honoured. */
function honourAll(
  own: readonly DeclaredObject[],
  { objects, chartObjects, ignore, notices, leftAlone }: RenderedTemplates,
  namespace: string,
): Honoured {
  const first = honourMarks([...own, ...objects], { namespace, hasHelmHooks: false })
  const second = honourMarks(chartObjects, { namespace, hasHelmHooks: true })
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
  hibernated,
  pendingDeletion,
  objectName,
  location,
  atomic,
  requiresReview,
  overridden,
}: Declaration): Partial<Installation> {
  return {
    ...(version !== undefined && { version }),
    ...(groups.length > 0 && { groups }),
    ...(isUngrouped && { isUngrouped }),
    ...(suspended && { suspended }),
    ...(hibernated && { hibernated }),
    ...(pendingDeletion && { pendingDeletion }),
    ...(objectName !== undefined && { objectName }),
    ...(location && { location }),
    ...(atomic && { atomic }),
    ...(requiresReview && { requiresReview }),
    ...(overridden.length > 0 && { overridden }),
  }
}

/** A source that is encrypted may be told in another form, such as its host alone. */
function faultOfTemplate({ rendering, isSealed }: TemplatePart): readonly Fault[] {
  if (!('fault' in rendering)) return []
  return [isSealed ? { ...rendering.fault, message: withoutDetails(rendering.fault) } : rendering.fault]
}

function redacted<T extends Finding>(findings: readonly T[], secrets: Secrets | undefined): readonly T[] {
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
    faults: redacted([...declaration.faults, found], secrets),
  }
}

function rulesOf(rules: Rules, { ignore, plan }: Assembled): Rules {
  const all = ignore.length === 0 ? rules : { ...rules, ignore: [...rules.ignore, ...ignore] }
  return plan ? rulesInCopy(all, plan) : all
}

function copyOf({ blueGreen }: Declaration, { plan }: Assembled): Pick<Installation, 'copy'> {
  if (blueGreen === undefined || plan === undefined) return {}
  return { copy: { name: plan.name, keepOldFor: blueGreen.keepOldFor } }
}

/** The decrypted texts, also with their references resolved. */
function secretsOf(
  declaration: Declaration,
  parts: readonly TemplatePart[],
  largest: number,
): { readonly secrets?: Secrets; readonly isTooLarge?: boolean } {
  const templates = parts.flatMap(({ rendering, release }) =>
    'render' in rendering ? [{ rendering, release }] : [],
  )
  const secrets = allSecrets(declaration.secrets, ...templates.map(({ rendering }) => rendering.secrets))
  if (secrets === undefined) return {}
  const room = new Room(largest)
  const texts = [...secrets.reveal()].filter((text) => text.includes('${'))
  const filled = templates
    .flatMap(({ rendering: { defaults }, release: { values, installation } }) => {
      const scope = { values: mergeValues(defaults?.values ?? {}, values), installation }
      return texts.flatMap((text) => [
        substitute(text, scope, '', [], room),
        fillValues({ text }, installation, [], room).text,
      ])
    })
    .filter((text) => typeof text === 'string')
  if (filled.length === 0) return { secrets }
  return { secrets: allSecrets(secrets, new Secrets(filled)) ?? secrets, isTooLarge: room.isFull }
}

function sourceOf(
  { digest, hibernated, pendingDeletion }: Declaration,
  renderings: readonly Rendering[],
): string {
  const templates = renderings.map((each) => ('fault' in each ? each.fault.message : each.digest))
  const sleep = hibernated ? ['hibernated'] : []
  const others = [...templates, ...sleep, ...(pendingDeletion ? ['deletion-pending'] : [])]
  return others.length === 0 ? digest : hash('sha256', [digest, ...others].join(' '))
}

function releaseOf(
  declaration: Declaration,
  fallback: string,
  largest: number,
): Omit<Release, 'location' | 'placeOf'> & { readonly faults: readonly Fault[] } {
  const defects: Defect[] = []
  const scope = installationScope(declaration, fallback)
  const namespace = fillNamespace(declaration, scope, defects) ?? fallback
  const installation = { ...scope, namespace }
  const values = fillValues(
    mergeValues(...declaration.layers.map((layer) => layer.values)),
    installation,
    defects,
    new Room(largest),
  )
  const { name, faults } = releaseNameOf(declaration, installation)
  return {
    name,
    namespace,
    values,
    installation,
    largest,
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
  renderings: readonly Rendering[],
  name: string,
): readonly Notice[] {
  const mayBeChart = renderings.some((each) => 'fault' in each || each.isChart)
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

function locationOf({ templates: [template], location }: Declaration): { readonly location: Location } {
  return { location: template?.location ?? location ?? NOWHERE }
}
