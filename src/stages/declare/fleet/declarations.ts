import { hash } from 'node:crypto'
import type { Declaration, PlacedTemplate } from '../../../model/declaration.ts'
import { type DeletionPolicy, PLAIN_DELETION } from '../../../model/deletion.ts'
import { type Fault, fault, type Location } from '../../../model/fault.ts'
import type { Dependency } from '../../../model/installation.ts'
import { type JsonObject, objectIn, writeJson } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import { NO_RULES, type Rules } from '../../../model/rules.ts'
import { allSecrets } from '../../../model/secrets.ts'
import type { Layer } from '../../../model/values.ts'
import { installationId } from '../installation-id.ts'
import { installationScope } from '../references/scope.ts'
import type { PlacedGroup, PlacedInstallation } from './directory.ts'
import type { Draft, Namesakes } from './drafts.ts'
import type { Group } from './groups.ts'
import { layersOf, overriddenIn } from './layers.ts'
import { groupIn, type Membership } from './membership.ts'
import { type NamedFile, namedFiles, type SaidFile, type Sayer } from './named-files.ts'
import { requiresReview } from './requires-review.ts'
import { saidAccount } from './said-account.ts'

/** What a declaration is made from. */
export interface DeclarationParts {
  readonly draft: Draft
  readonly member: Membership
  /** All that a name in dependsOn may stand for. */
  readonly namesakes: Namesakes
  /** Those of namedFilesOf. */
  readonly files: readonly SaidFile[]
  /** It has too many values, and stays as it is. */
  readonly beyond?: Fault | undefined
  readonly textOf: TextOf
}

/** The declaration of a draft with its inherited settings. */
export function declarationOf({
  draft,
  member,
  namesakes,
  files,
  beyond,
  textOf,
}: DeclarationParts): Declaration {
  const { document, objects } = draft
  const group = groupIn(member)
  const sayers = sayersOf(draft, member)
  const binding = [...(group ? [group] : []), ...bindingOf(member)]
  const said = saidAccount(binding, document)
  const layers = beyond ? [] : layersOf(group?.chain ?? [], document, files)
  const templates = draft.overlay ? [draft.overlay] : (first(sayers, templatesOf) ?? [])
  const secrets = allSecrets(
    draft.secrets,
    ...sayers.map((sayer) => sayer.secrets),
    ...files.map(({ content }) => ('values' in content ? content.secrets : undefined)),
  )
  const faults = [
    ...draft.faults,
    ...('fault' in member ? [member.fault] : []),
    ...(group?.faults ?? []),
    ...said.faults,
    ...files.flatMap(({ content }) => ('values' in content ? content.faults : [content])),
    ...(beyond ? [beyond] : []),
  ]
  return {
    ...identityOf(draft, group, layers),
    digest: digestOf(draft, member, files, textOf),
    location: draft.location,
    objects,
    templates,
    layers,
    isUngrouped: document?.document.group === '',
    ...placementOf(sayers),
    ...(said.account && { serviceAccount: said.account }),
    dependsOn: sayers.flatMap((sayer) => dependenciesOf(sayer, namesakes)),
    rules: rulesOf(sayers),
    suspended: document?.document.suspended ?? false,
    ...(isHibernated(draft, member) && { hibernated: true as const }),
    ...deletionOf(sayers),
    ...restartOf(sayers),
    ...strategyOf(sayers),
    atomic: first(sayers, (sayer) => sayer.document.atomic) === true,
    ...(binding.some(requiresReview) && { requiresReview: true as const }),
    ...pinOf(document),
    overridden: overriddenIn(layers),
    ...(secrets && { secrets }),
    ...(draft.notices && { notices: draft.notices }),
    faults: faults.length > 0 ? faults : lacks(draft, templates.length > 0),
  }
}

/** The values files of a draft and its groups. */
export function namedFilesOf(draft: Draft, member: Membership): readonly NamedFile[] {
  const sayers = sayersOf(draft, member)
  if (sayers.every(({ document }) => document.valuesFiles.length === 0)) return []
  const group = groupIn(member)
  const identity = identityOf(draft, group, layersOf(group?.chain ?? [], draft.document, []))
  return namedFiles(sayers, installationScope(identity, undefined))
}

function identityOf(
  { name, shortName, document }: Draft,
  group: Group | undefined,
  layers: readonly Layer[],
): Pick<Declaration, 'name' | 'shortName' | 'id' | 'version' | 'groups' | 'labels'> {
  const version = layers.findLast((layer) => layer.version !== undefined)?.version
  return {
    name,
    ...(shortName !== undefined && { shortName }),
    id: installationId(name),
    ...(version !== undefined && { version }),
    groups: group?.chain.map((outer) => outer.document.name).reverse() ?? [],
    labels: document?.document.labels ?? {},
  }
}

/** The installations that it depends on by a name which stands for several. */
export function namesakesNeeded(draft: Draft, member: Membership, namesakes: Namesakes): readonly string[] {
  if (namesakes.size === 0) return []
  const names = sayersOf(draft, member).flatMap(({ document }) => document.dependsOn)
  return names.flatMap((name) => namesakes.get(name) ?? [])
}

/** The documents with settings of a draft, the innermost first. */
export function sayersOf({ document }: Draft, member: Membership): readonly Sayer[] {
  return [...(document ? [document] : []), ...(groupIn(member)?.chain.toReversed() ?? [])]
}

/** Whether it sleeps: the innermost that says something of it counts. */
export function isHibernated(draft: Draft, member: Membership): boolean {
  return first(sayersOf(draft, member), ({ document }) => document.hibernated) === true
}

/** Each field is of the innermost document that says it. */
function deletionOf(sayers: readonly Sayer[]): Pick<Declaration, 'deletion'> {
  const said = sayers.flatMap(({ document: { deletion } }) => deletion ?? [])
  if (said.length === 0) return {}
  const deletion: DeletionPolicy = Object.assign({ ...PLAIN_DELETION }, ...said.toReversed())
  return { deletion }
}

/** The latest counts: a restart of all does not take back a later one of one, nor the other way round. */
function restartOf(sayers: readonly Sayer[]): Pick<Declaration, 'restartedAt'> {
  const times = sayers.flatMap(({ document }) => document.restartedAt ?? [])
  const [latest] = times.toSorted((a, b) => Date.parse(b) - Date.parse(a))
  return latest === undefined ? {} : { restartedAt: latest }
}

/** How long an old copy stays by default, in ms. */
const KEEP_OLD_FOR_MS = 600_000

function strategyOf(sayers: readonly Sayer[]): Pick<Declaration, 'blueGreen'> {
  const location = first(sayers, ({ document: { strategy }, place }) =>
    strategy === undefined ? undefined : strategy === 'blueGreen' && place('/spec/strategy'),
  )
  if (!location) return {}
  const keepOldFor = first(sayers, ({ document }) => document.keepOldFor) ?? KEEP_OLD_FOR_MS
  return { blueGreen: { keepOldFor, location } }
}

function bindingOf(member: Membership): readonly Group[] {
  return 'group' in member ? (member.binding ?? []) : []
}

/** The declaration where declarationOf fails with an unforeseen error: the installation stays as it is. */
export function brokenDeclaration(draft: Draft, found: Fault): Declaration {
  const { name, location, objects, document, secrets } = draft
  const faults = [...draft.faults, found]
  return {
    name,
    id: installationId(name),
    digest: digestOf({ ...draft, document: undefined, faults }, { group: undefined }, [], groupTexts()),
    location,
    objects,
    templates: [],
    layers: [],
    groups: [],
    isUngrouped: document?.document.group === '',
    labels: {},
    dependsOn: [],
    rules: NO_RULES,
    suspended: document?.document.suspended ?? false,
    atomic: false,
    overridden: [],
    ...(secrets && { secrets }),
    faults,
  }
}

function first<T>(sayers: readonly Sayer[], find: (sayer: Sayer) => T | undefined): T | undefined {
  for (const sayer of sayers) {
    const found = find(sayer)
    if (found !== undefined) return found
  }
  return undefined
}

/** Where the objects go, and the release that they are of. */
function placementOf(sayers: readonly Sayer[]) {
  const namespace = first(sayers, (sayer) => sayer.document.namespace)
  const releaseName = first(sayers, ({ document: { releaseName: text }, place }) =>
    text === undefined ? undefined : { text, location: place('/spec/releaseName') },
  )
  const createNamespace = first(sayers, createsNamespace)
  return {
    ...(namespace !== undefined && { namespace }),
    ...(releaseName && { releaseName }),
    ...(createNamespace && { createNamespace }),
  }
}

function pinOf(document: PlacedInstallation | undefined): Pick<Declaration, 'pinned'> {
  const { revision } = document?.document ?? {}
  if (document === undefined || revision === undefined) return {}
  return { pinned: { commit: revision, location: document.place('/spec/revision') } }
}

function templatesOf({
  document: { templates },
  place,
  isSealed,
}: Sayer): readonly PlacedTemplate[] | undefined {
  if (templates.length === 0) return undefined
  return templates.map(({ pointer, ...template }) => ({
    ...template,
    location: place(pointer),
    ...(isSealed?.(pointer) && { isSealed: true }),
  }))
}

/** An explicit `false` counts, too. */
function createsNamespace({ document, place }: Sayer): Location | false | undefined {
  if (document.createNamespace === undefined) return undefined
  return document.createNamespace && place('/spec/createNamespace')
}

function dependenciesOf({ document, place, isSealed }: Sayer, namesakes: Namesakes): readonly Dependency[] {
  return document.dependsOn.flatMap((said, index) => {
    const pointer = `/spec/dependsOn/${index}`
    const placed = { location: place(pointer), ...(isSealed?.(pointer) && { isSealed: true as const }) }
    return (namesakes.get(said) ?? [said]).map((name) => ({ name, ...placed }))
  })
}

function rulesOf(sayers: readonly Sayer[]): Rules {
  const all = sayers.map(({ document }) => document.rules)
  const saying = all.filter(
    ({ ignore, health, hibernate }) => ignore.length + health.length + hibernate.length > 0,
  )
  const [only = NO_RULES] = saying
  if (saying.length < 2) return only
  return {
    ignore: saying.flatMap(({ ignore }) => ignore),
    health: saying.flatMap(({ health }) => health),
    hibernate: saying.flatMap(({ hibernate }) => hibernate),
  }
}

/** A standalone document has nothing of its own to apply. */
function lacks({ isAlone, name, location }: Draft, hasTemplate: boolean): readonly Fault[] {
  if (!isAlone || hasTemplate) return []
  return [fault('no-template', name, { location })]
}

/** The text of a group's document for digests; that of a large one is a digest itself. */
export type TextOf = (group: PlacedGroup) => string

/** Maximum length of a text that is hashed for each member of its group. */
const LONGEST_TEXT = 16_384

/** Texts of what groups give to their members, each written once. */
export function groupTexts(): TextOf {
  const texts = new Map<PlacedGroup, string>()
  return (group) => {
    const known = texts.get(group)
    if (known !== undefined) return known
    const whole = writeJson(inheritable(group.declared.object))
    const text = whole.length > LONGEST_TEXT ? JSON.stringify(hash('sha256', whole)) : whole
    texts.set(group, text)
    return text
  }
}

/** What the head says of a group: who its members are, when they move, whether they sleep, and what becomes of them. */
const SAID_BY_HEAD: ReadonlySet<string> = new Set([
  'members',
  'selector',
  'rollout',
  'hibernated',
  'deletion',
])

/** A group's document without what the head says of it. */
function inheritable(document: KubernetesObject): JsonObject {
  const fields = Object.entries(objectIn(document.spec)).filter(([name]) => !SAID_BY_HEAD.has(name))
  return { ...(document as JsonObject), spec: Object.fromEntries(fields) }
}

function digestOf(draft: Draft, member: Membership, files: readonly SaidFile[], textOf: TextOf): string {
  const { name, source, document, faults } = draft
  const group = groupIn(member)
  const groups = [...(group ? [group] : []), ...bindingOf(member)].flatMap(({ chain }) => chain)
  const sayers = [writeJson(document?.declared.object ?? null), ...groups.map(textOf)]
  const found = [...faults, ...(group?.faults ?? [])].map(({ code, message, location }) => [
    code,
    message,
    location?.file,
  ])
  const read = files.map(({ content }) => ('values' in content ? content.oid : content.message))
  const others = [found, ...read].map((each) => writeJson(each))
  return hash('sha256', `[${[writeJson(name), writeJson(source), `[${sayers}]`, ...others].join(',')}]`)
}
