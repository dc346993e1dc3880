import { isDeepStrictEqual } from 'node:util'
import { dependencyFaults } from '../declare/dependencies.ts'
import type { Decrypt } from '../model/decrypt.ts'
import type { Installation } from '../model/installation.ts'
import type { GroupVersionKind } from '../model/object.ts'
import type { Commit, Snapshot } from '../model/snapshot.ts'
import { type TemplateReference, templateKey } from '../model/template.ts'
import { type Rendering, render } from '../render/render.ts'
import { type Declared, type DeclaredTree, declareTree } from './declare-tree.ts'
import { FleetRoom } from './fleet-room.ts'
import { mapInTurns } from './in-turns.ts'
import type { Ready, Renderers } from './renderers.ts'
import { kindsIn } from './schemas.ts'

/** Maximum number of installations that are rendered at a time. */
const RENDERED_AT_ONCE = 8

/** Everything that one commit declares. */
export interface Fleet {
  readonly commit: Commit
  readonly snapshot: Snapshot
  readonly tree: DeclaredTree
  /** By name, sorted. */
  readonly installations: ReadonlyMap<string, Installation>
  /** The same without what is wrong between them, and what each was made of. */
  readonly made: ReadonlyMap<string, Made>
}

/** An installation, and what it was rendered from. */
export interface Made {
  readonly declared: Declared
  readonly ready: Ready | undefined
  readonly installation: Installation
  /** The kinds of its objects, each once. */
  readonly kinds: readonly GroupVersionKind[]
}

export interface FleetOptions {
  /** Of namespaced objects that name none. */
  readonly namespace: string
  readonly renderers: Renderers
  readonly decrypt: Decrypt
}

/**
 * Declares and renders a commit. What did not change since `previous` is taken over as it is: only
 * changed files are read, and only installations made of something else are rendered.
 */
export async function declareFleet(
  snapshot: Snapshot,
  options: FleetOptions,
  previous?: Fleet,
): Promise<Fleet> {
  const declaredTree = await declareTree(snapshot, options.decrypt, previous?.tree)
  const readyOf = await templatesOf(declaredTree, snapshot, options.renderers)
  const takenOver = new Map(
    [...declaredTree.declarations].flatMap(([name, declared]): [string, Made][] => {
      const before = previous?.made.get(name)
      const isAsBefore = before?.declared === declared && before.ready === readyOf(declared)
      return isAsBefore && !isPassing(before.installation) ? [[name, before]] : []
    }),
  )
  const room = new FleetRoom([...takenOver.values()].map(({ installation }) => installation))
  const made = await mapInTurns(
    declaredTree.declarations,
    RENDERED_AT_ONCE,
    async ([name, declared]): Promise<[string, Made]> => {
      const before = takenOver.get(name)
      if (before) return [name, before]
      const ready = readyOf(declared)
      const rendering = ready && renderingOf(ready, declared)
      const installation = room.admit(await render(declared.declaration, rendering, options.namespace))
      const kinds = [...kindsIn(installation.objects.map(({ object }) => object))]
      return [name, { declared, ready, installation, kinds }]
    },
  )
  const all = new Map(made)
  return {
    commit: snapshot.commit,
    snapshot,
    tree: declaredTree,
    made: all,
    installations: withDependencyFaults(all, previous),
  }
}

/** Each template once, however many installations are made from it. */
async function templatesOf(
  { declarations }: DeclaredTree,
  snapshot: Snapshot,
  renderers: Renderers,
): Promise<(declared: Declared) => Ready | undefined> {
  const references = new Map<string, TemplateReference>()
  for (const { declaration } of declarations.values()) {
    const { template } = declaration
    if (template) references.set(templateKey(template.reference), template.reference)
  }
  const ready = await Promise.all(
    [...references].map(async ([key, reference]) => [key, await renderers.of(reference, snapshot)] as const),
  )
  const byKey = new Map(ready)
  return ({ declaration: { template } }) => template && byKey.get(templateKey(template.reference))
}

/** Whether an installation could only not be rendered now: the same may go well another time. */
export function isPassing({ faults }: Installation): boolean {
  return faults.some(({ code }) => code === 'render-unavailable' || code === 'no-renderer')
}

/** How the installation of one declaration is rendered. */
export function renderingOf(ready: Ready, { declaration: { template } }: Declared): Rendering {
  if ('render' in ready) return ready
  return { fault: ready.problem(template?.location ?? { file: '', line: 1 }) }
}

/** Where the faults are those of before, an installation that did not change is the same object as before. */
function withDependencyFaults(
  made: ReadonlyMap<string, Made>,
  previous: Fleet | undefined,
): ReadonlyMap<string, Installation> {
  const installations = new Map([...made].map(([name, { installation }]) => [name, installation]))
  const found = dependencyFaults(installations)
  for (const [name, faults] of found) {
    const installation = installations.get(name)
    if (installation === undefined) continue
    const faulty = { ...installation, faults: [...installation.faults, ...faults] }
    const before = previous?.installations.get(name)
    const isKnown =
      previous?.made.get(name)?.installation === installation && isDeepStrictEqual(before, faulty)
    installations.set(name, isKnown && before ? before : faulty)
  }
  return installations
}
