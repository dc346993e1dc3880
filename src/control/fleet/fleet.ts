import { isDeepStrictEqual } from 'node:util'
import type { Budgets } from '../../model/budgets.ts'
import { containedLater, type OnUnforeseen } from '../../model/contained.ts'
import type { Declaration } from '../../model/declaration.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import type { Installation } from '../../model/installation.ts'
import type { GroupVersionKind } from '../../model/object.ts'
import type { PastRelease } from '../../model/release.ts'
import { type Revision, revisionAt } from '../../model/revision.ts'
import type { Commit, Snapshot } from '../../model/snapshot.ts'
import { describeTemplate, type TemplateReference, templateKey } from '../../model/template.ts'
import { type DeclaredTree, declareTree, type TreeDeclaration } from '../../stages/declare/declare-tree.ts'
import { dependencyFaults } from '../../stages/declare/dependencies.ts'
import type { Groups } from '../../stages/declare/fleet/groups.ts'
import { type IsValuesFile, pathMatcher } from '../../stages/declare/fleet/values-paths.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import { rolloutCycleFaults } from '../../stages/declare/rollout-cycles.ts'
import { kindsIn } from '../../stages/live/schemas.ts'
import { type RenderPlacement, render, unrendered } from '../../stages/render/render.ts'
import type { Rendering } from '../../stages/render/renderer.ts'
import { processBudgets } from '../../support/memory/process-budgets.ts'
import { type Compositions, composedOf, NO_COMPOSITIONS } from './compositions.ts'
import { FleetRoom } from './fleet-room.ts'
import type { LateWork, Patience, Piece } from './late-work.ts'
import { isPassing } from './passing-faults.ts'
import type { FoundTemplate, PreparedTemplate, Renderers } from './renderers.ts'
import { TemplateRoom } from './template-room.ts'
import { withoutTaken } from './without-taken.ts'

/** @param name of an installation */
export type PastReleaseOf = (name: string) => PastRelease | undefined | Promise<PastRelease | undefined>

/** Everything that one commit declares. */
export interface Fleet {
  readonly commit: Commit
  readonly snapshot: Snapshot
  readonly tree: DeclaredTree
  /** By name, sorted. */
  readonly installations: ReadonlyMap<string, Installation>
  /** Installations without the faults between them, and the inputs of each. */
  readonly made: ReadonlyMap<string, Made>
  /** Those that are not all of this commit. */
  readonly compositions: Compositions
}

/** An installation, and the inputs of its rendering. */
export interface Made {
  readonly declared: TreeDeclaration
  /** Same text for the same templates; undefined without any. */
  readonly content: string | undefined
  /** Those of its templates, in order; none if all are steady: each overlay would keep its files in memory. */
  readonly ready: readonly PreparedTemplate[]
  readonly installation: Installation
  /** The kinds of its objects, each once. */
  readonly kinds: readonly GroupVersionKind[]
  /** Placeholder for an installation that is still being rendered. */
  readonly isUnderWay?: true
}

export interface FleetOptions {
  readonly placement: RenderPlacement
  readonly renderers: Renderers
  readonly decrypt: Decrypt
  /** By default those of this process. */
  readonly budgets?: Budgets
  /** What is recorded of an installation's release; by default, nothing. */
  readonly pastRelease?: PastReleaseOf
  readonly onUnforeseen?: OnUnforeseen
  /**
   * Whether an installation of the previous fleet stays as it is while what is in Git is the same, even where keys, the
   * cluster or another server may give something else now.
   */
  readonly keepsKnown?: boolean
  /** Why an installation is not rendered from its templates; by default, all are. */
  readonly isRefused?: (declaration: Declaration) => Fault | undefined
  /** What installations are made from where that is not all of the commit; by default, all are. */
  readonly compose?: ((head: CommitTree) => Promise<Compositions>) | undefined
  /** If given, slow renderings do not hold up the others. */
  readonly late?: {
    readonly work: LateWork<Made>
    readonly patience: Patience
    /** Changes when charts may see another cluster. */
    readonly epoch: number
  }
}

interface MakeOptions extends FleetOptions {
  readonly onUnforeseen: OnUnforeseen
  readonly room: FleetRoom
  readonly budgets: Budgets
}

/**
 * Declares and renders a commit. Reuses what did not change since `previous`: reads only changed files, and
 * renders only installations whose inputs changed. An unforeseen error becomes a fault of its installation.
 */
export async function declareFleet(
  snapshot: Snapshot,
  options: FleetOptions,
  previous?: Fleet,
): Promise<Fleet> {
  const { decrypt, onUnforeseen = () => {}, budgets = processBudgets() } = options
  const tree = await declareTree(snapshot, { decrypt, onUnforeseen, budgets }, previous?.tree)
  return composeFleet({ tree, snapshot }, options, previous)
}

/** Makes the installations of a commit that is declared, each from what `compose` says. */
export async function composeFleet(
  head: CommitTree,
  options: FleetOptions,
  previous?: Fleet,
): Promise<Fleet> {
  const { compose, onUnforeseen = () => {}, budgets = processBudgets() } = options
  const { tree, snapshot } = head
  const compositions = (await compose?.(head)) ?? NO_COMPOSITIONS
  const made = await makeAll(
    sourcesOf(tree, compositions),
    head,
    { ...options, onUnforeseen, budgets, room: roomBeside(tree, previous, budgets) },
    previous,
  )
  return {
    commit: snapshot.commit,
    snapshot,
    tree,
    made,
    compositions,
    installations: withKept(made, compositions, { tree, previous, placement: options.placement }),
  }
}

/** The revision of an installation that is applied as the fleet has it. */
export function revisionIn({ commit, compositions }: Fleet, name: string): Revision {
  return composedOf(compositions, name)?.revision ?? revisionAt(commit.oid)
}

/** What an installation is made from. */
interface MadeFrom {
  readonly declared: TreeDeclaration
  /** Where its templates are from, in their order; all are of the fleet's commit by default. */
  readonly templatesOf?: readonly CommitTree[]
}

/** By name, in the order of the declarations. */
function sourcesOf(
  { declarations }: DeclaredTree,
  { composed: compositions, kept }: Compositions,
): ReadonlyMap<string, MadeFrom> {
  const sources = new Map<string, MadeFrom>(kept)
  for (const [name, declared] of declarations) {
    const composed = compositions.get(name)
    if (composed !== 'absent') sources.set(name, composed ?? { declared })
  }
  return sources
}

/** Takes finished late work into the fleet. */
export function withLanded(fleet: Fleet, pieces: readonly Piece<Made>[], placement: RenderPlacement): Fleet {
  const made = new Map(fleet.made)
  for (const { name, outcome } of pieces) {
    const before = made.get(name)
    if (outcome === undefined || 'error' in outcome || before === undefined) continue
    const { result } = outcome
    if (before.declared === result.declared && before.content === result.content) made.set(name, result)
  }
  const { compositions, tree } = fleet
  return { ...fleet, made, installations: withKept(made, compositions, { tree, previous: fleet, placement }) }
}

/** Installations already present count first. */
function roomBeside(
  { declarations }: DeclaredTree,
  previous: Fleet | undefined,
  budgets: Budgets,
): FleetRoom {
  const present = [...(previous?.made ?? [])].filter(([name]) => declarations.has(name))
  return new FleetRoom(
    present.map(([, { installation }]) => installation),
    budgets,
  )
}

async function makeAll(
  sources: ReadonlyMap<string, MadeFrom>,
  head: CommitTree,
  options: MakeOptions,
  previous: Fleet | undefined,
): Promise<ReadonlyMap<string, Made>> {
  const { late } = options
  const templatesOf = await findTemplates(sources.values(), head, options, previous)
  const pieces = new Map<string, Piece<Made>>()
  const made = new Map<string, Made>()
  const others: Promise<void>[] = []
  for (const [name, source] of sources) {
    const { declared } = source
    const template = templatesOf(source)
    const before = previous?.made.get(name)
    if (before && isAsBefore(before, source, template, options)) {
      made.set(name, before)
      if (!isUnavailable(before.installation)) late?.work.forgive(name)
      continue
    }
    const make = () => makeOne(declared, template, before, options)
    if (late && template) {
      const order = { name, inputs: [declared, template.content], epoch: late.epoch }
      pieces.set(name, late.work.begin(order, make))
    } else others.push(make().then((one) => void made.set(name, one)))
  }
  await Promise.all([Promise.all(others), late?.work.wait([...pieces.values()], late.patience)])
  late?.work.keep(sources)
  for (const [name, piece] of pieces) made.set(name, resultOf(piece, previous?.made.get(name), options))
  const ordered = new Map<string, Made>()
  for (const name of sources.keys()) {
    const one = made.get(name)
    if (one) ordered.set(name, one)
  }
  return ordered
}

/** Whether an installation is made as before, which nothing has to be prepared for to be known. */
function isAsBefore(
  { declared, content, ready, installation, isUnderWay }: Made,
  source: MadeFrom,
  template: FoundTemplates | undefined,
  { keepsKnown, isRefused }: MakeOptions,
): boolean {
  if (declared !== source.declared || content !== template?.content) return false
  if (keepsKnown) return true
  if (isUnderWay || isPassing(installation)) return false
  if (template === undefined) return ready.length === 0
  return template.isSteady && isRefused?.(declared.declaration) === undefined
}

/** While work is under way, the last result of the same inputs stays, else a placeholder with a fault. */
function resultOf(piece: Piece<Made>, before: Made | undefined, { late }: MakeOptions): Made {
  const { name, inputs, outcome, since } = piece
  if (outcome && 'result' in outcome) {
    const { result } = outcome
    if (!isUnavailable(result.installation)) late?.work.forgive(name)
    return result
  }
  const [declared, content] = inputs as [TreeDeclaration, string]
  if (before?.declared === declared && before.content === content) return before
  const { templates, location } = declared.declaration
  const described = templates.map(({ reference }) => describeTemplate(reference)).join(', ')
  const details = `${described === '' ? name : described}, since ${since.toISOString()}`
  const found = fault('still-rendering', details, { location: templates[0]?.location ?? location })
  const installation = unrendered(declared.declaration, found)
  return { declared, content, ready: [], installation, kinds: [], isUnderWay: true }
}

async function makeOne(
  declared: TreeDeclaration,
  template: FoundTemplates | undefined,
  before: Made | undefined,
  { placement, onUnforeseen, room, pastRelease, budgets, isRefused }: MakeOptions,
): Promise<Made> {
  const isKnown = before?.declared === declared && !before.isUnderWay && !isPassing(before.installation)
  const content = template?.content
  const refusal = template && isRefused?.(declared.declaration)
  if (refusal)
    return {
      declared,
      content,
      ready: [],
      installation: unrendered(declared.declaration, refusal),
      kinds: [],
    }
  const ready = (await template?.ready()) ?? []
  if (isKnown && isSame(before.ready, ready)) return before
  const { declaration } = declared
  const from = { declared, content, ready: template?.isSteady ? [] : ready }
  return containedLater(
    {
      what: `rendering the installation ${declaration.name}`,
      place: { location: declaration.templates[0]?.location ?? declaration.location },
      instead: (found): Made => ({ ...from, installation: unrendered(declaration, found), kinds: [] }),
      onUnforeseen,
    },
    async (): Promise<Made> => {
      const renderings = renderingsOf(ready, declaration)
      const past = renderings.some((each) => 'isChart' in each)
        ? await pastRelease?.(declaration.name)
        : undefined
      const installation = await room.admit(
        (largest) => render(declaration, renderings, placement, past, Math.min(largest, budgets.expanded)),
        renderings.length > 0 && renderings.every((each) => 'isImmediate' in each),
        before?.installation,
      )
      return madeOf(within(budgets.objects, installation, declaration), from)
    },
  )
}

function madeOf(installation: Installation, from: Pick<Made, 'declared' | 'content' | 'ready'>): Made {
  return { ...from, installation, kinds: [...kindsIn(installation.objects.map(({ object }) => object))] }
}

/** The installation, or a fault in its place where it has more objects than the budget allows. */
function within(most: number, installation: Installation, declaration: Declaration): Installation {
  const { objects } = installation
  if (objects.length <= most) return installation
  const details = `it has ${objects.length} objects, and ${most} are the most`
  const location = declaration.templates[0]?.location ?? declaration.location
  return unrendered({ ...declaration, objects: [] }, fault('too-large-rendering', details, { location }))
}

/** The templates of an installation, each found once for all that are made from it. */
interface FoundTemplates {
  readonly content: string
  readonly isSteady: boolean
  readonly ready: () => Promise<readonly PreparedTemplate[]>
}

/** Finds each template once, for all installations made from it. */
async function findTemplates(
  sources: Iterable<MadeFrom>,
  head: CommitTree,
  options: MakeOptions,
  previous: Fleet | undefined,
): Promise<(source: MadeFrom) => FoundTemplates | undefined> {
  const trees = new Map<CommitTree, Map<string, TemplateReference>>()
  const placed = new Map<MadeFrom, readonly PlacedTemplate[]>()
  for (const source of sources) {
    const templates = placedTemplates(source, head)
    if (templates.length > 0) placed.set(source, templates)
    for (const { tree, key, reference } of templates) {
      const references = trees.get(tree) ?? new Map<string, TemplateReference>()
      trees.set(tree, references.set(key, reference))
    }
  }
  const found = await Promise.all(
    [...trees].flatMap(([tree, references]) => {
      const isValuesFile = pathMatcher(tree.tree.valuesPaths)
      return [...references].map(
        async ([key, reference]) =>
          [tree, key, await findOne(reference, tree.snapshot, isValuesFile, options)] as const,
      )
    }),
  )
  const contents = new Set(found.map(([, , { content }]) => content))
  const room = new TemplateRoom(presentOf(previous, contents), options.budgets.templates)
  const prepared = new Map<string, FoundTemplate>()
  const byTree = new Map<CommitTree, Map<string, FoundTemplate>>()
  for (const [tree, key, template] of found) {
    const once = prepared.get(template.content) ?? preparedOnce(template, room)
    prepared.set(template.content, once)
    byTree.set(tree, (byTree.get(tree) ?? new Map<string, FoundTemplate>()).set(key, once))
  }
  const known = new Map<string, FoundTemplates>()
  return (source) => {
    const templates = placed.get(source)?.flatMap(({ tree, key }) => byTree.get(tree)?.get(key) ?? [])
    if (templates === undefined) return undefined
    const id = contentOf(templates)
    const all = known.get(id) ?? together(templates)
    known.set(id, all)
    return all
  }
}

interface PlacedTemplate {
  readonly tree: CommitTree
  readonly key: string
  readonly reference: TemplateReference
}

function placedTemplates({ declared, templatesOf }: MadeFrom, head: CommitTree): readonly PlacedTemplate[] {
  return declared.declaration.templates.map(({ reference }, index) => {
    const tree = templatesOf?.[index] ?? head
    return { tree, key: templateKey(reference), reference }
  })
}

/** The templates of an earlier commit that this one still has. */
function presentOf(previous: Fleet | undefined, contents: ReadonlySet<string>): readonly PreparedTemplate[] {
  const made = [...(previous?.made.values() ?? [])]
  return made.flatMap(({ content, ready }) =>
    content?.split('\n').every((each) => contents.has(each)) ? ready : [],
  )
}

/** A steady template is let go once it is filled in: thousands of overlays have one installation each. */
function preparedOnce(template: FoundTemplate, room: TemplateRoom): FoundTemplate {
  if (template.isSteady) return template
  let ready: Promise<PreparedTemplate> | undefined
  return {
    ...template,
    ready: () => {
      ready ??= template.ready().then((made) => room.admit(made))
      return ready
    },
  }
}

function together(templates: readonly FoundTemplate[]): FoundTemplates {
  return {
    content: contentOf(templates),
    isSteady: templates.every(({ isSteady }) => isSteady),
    ready: () => Promise.all(templates.map((template) => template.ready())),
  }
}

function contentOf(templates: readonly FoundTemplate[]): string {
  return templates.map(({ content }) => content).join('\n')
}

/** Same templates are ready as the same objects. */
function isSame(before: readonly PreparedTemplate[], ready: readonly PreparedTemplate[]): boolean {
  return before.length === ready.length && before.every((each, index) => each === ready[index])
}

async function findOne(
  reference: TemplateReference,
  snapshot: Snapshot,
  isValuesFile: IsValuesFile,
  { renderers, onUnforeseen }: MakeOptions,
): Promise<FoundTemplate> {
  const what = `the template ${describeTemplate(reference)}`
  const unready = (found: Fault): PreparedTemplate => ({
    problem: (location) => ({ ...found, location }),
    isPassing: true,
  })
  const template = await containedLater<FoundTemplate>(
    {
      what,
      instead: (found) => ({ content: found.message, ready: async () => unready(found) }),
      onUnforeseen,
    },
    () => renderers.find(reference, snapshot, isValuesFile),
  )
  return {
    ...template,
    ready: () => containedLater({ what, instead: unready, onUnforeseen }, template.ready),
  }
}

/** Whether the failure is retried automatically. */
function isUnavailable(installation: Installation): boolean {
  return isPassing(installation) || installation.faults.some(({ code }) => AWAY.has(code))
}

const AWAY: ReadonlySet<FaultCode> = new Set(['template-unavailable', 'source-address-refused'])

/** Renderers of a declaration's templates, or their faults. */
export function renderingsOf(
  ready: readonly PreparedTemplate[],
  { templates }: Pick<Declaration, 'templates'>,
): readonly Rendering[] {
  return ready.map((each, index) =>
    'render' in each ? each : { fault: each.problem(templates[index]?.location ?? { file: '', line: 1 }) },
  )
}

/** What all installations of a commit are seen together with. */
interface Beside {
  readonly tree: DeclaredTree
  readonly previous: Fleet | undefined
  readonly placement: RenderPlacement
}

/** Those that Git declares, with the faults between them, and beside them those that are kept for a while. */
function withKept(
  made: ReadonlyMap<string, Made>,
  { kept }: Compositions,
  { tree, previous, placement }: Beside,
): ReadonlyMap<string, Installation> {
  if (kept === undefined || kept.size === 0) return withFaultsBetween(made, tree.groups, previous)
  const [leaving, staying] = [new Map<string, Made>(), new Map<string, Made>()]
  for (const [name, one] of made) (kept.has(name) ? leaving : staying).set(name, one)
  const declared = withFaultsBetween(staying, tree.groups, previous)
  const others = [...leaving].map(([, { installation }]) => installation)
  const left = withoutTaken(others, declared.values(), placement.namespace)
  const all = [...declared.values(), ...left.map((one) => sameAsBefore(one, previous))]
  return new Map(all.sort((a, b) => (a.name < b.name ? -1 : 1)).map((one) => [one.name, one]))
}

/** An unchanged installation is the same object as before. */
function sameAsBefore(installation: Installation, previous: Fleet | undefined): Installation {
  const before = previous?.installations.get(installation.name)
  const isSame =
    before?.source === installation.source &&
    before.objects.length === installation.objects.length &&
    before.objects.every((object, index) => object === installation.objects[index])
  return isSame && isDeepStrictEqual(before.faults, installation.faults) ? before : installation
}

/** If its faults did not change either, an unchanged installation is the same object as before. */
function withFaultsBetween(
  made: ReadonlyMap<string, Made>,
  groups: Groups,
  previous: Fleet | undefined,
): ReadonlyMap<string, Installation> {
  const installations = new Map([...made].map(([name, { installation }]) => [name, installation]))
  const isPinned = (name: string) => made.get(name)?.declared.declaration.pinned !== undefined
  const dependencies = dependencyFaults(installations)
  const rounds = rolloutCycleFaults(installations, groups, isPinned)
  for (const name of new Set([...dependencies.keys(), ...rounds.keys()])) {
    const installation = installations.get(name)
    if (installation === undefined) continue
    const faults = [...(dependencies.get(name) ?? []), ...(rounds.get(name) ?? [])]
    const faulty = { ...installation, faults: [...installation.faults, ...faults] }
    const before = previous?.installations.get(name)
    const isKnown =
      previous?.made.get(name)?.installation === installation && isDeepStrictEqual(before, faulty)
    installations.set(name, isKnown && before ? before : faulty)
  }
  return installations
}
