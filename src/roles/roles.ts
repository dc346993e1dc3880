import type { PartName, Parts } from './parts.ts'
import type { StartContext } from './start-context.ts'

/** A part of a process: what it needs, and how it starts. */
export interface PartDefinition<Name extends PartName> {
  readonly about: string
  /** They run before it starts, and end after it. */
  readonly needs: readonly PartName[]
  /** It is started again, with what needs it, when it fails; otherwise the process ends. */
  readonly restarts?: true
  /** Loaded only where a role needs it. */
  readonly load: () => Promise<{ start(needed: Parts, context: StartContext): Promise<Parts[Name]> }>
}

/** Every part, each after what it needs. */
export const PARTS: { readonly [Name in PartName]: PartDefinition<Name> } = {
  http: part({
    about: 'serves probes and metrics',
    needs: [],
    load: () => import('./parts/http.ts'),
  }),
  git: part({
    about: 'the local copy of the Repository, and templates of other places',
    needs: [],
    load: () => import('./parts/git.ts'),
  }),
  cluster: part({
    about: 'the connection to the API server',
    needs: [],
    load: () => import('./parts/cluster.ts'),
  }),
  lease: part({
    about: 'one Reeve of a name at a time acts in the cluster',
    needs: ['git', 'cluster'],
    restarts: true,
    load: () => import('./parts/lease.ts'),
  }),
  live: part({
    about: 'what the cluster serves and holds: one watch a kind',
    needs: ['cluster', 'lease'],
    load: () => import('./parts/live.ts'),
  }),
  seal: part({
    about: 'the key that seals the marks of objects',
    needs: ['live', 'lease'],
    load: () => import('./parts/seal.ts'),
  }),
  report: part({
    about: 'statuses of installations, and the status branch',
    needs: ['git', 'lease'],
    load: () => import('./parts/report.ts'),
  }),
  fleet: part({
    about: 'a commit to the installations that it declares',
    needs: ['git', 'live', 'lease'],
    load: () => import('./parts/fleet.ts'),
  }),
  planner: part({
    about: 'plans installations',
    needs: ['git', 'live', 'seal', 'report', 'fleet', 'lease'],
    load: () => import('./parts/planner.ts'),
  }),
  controller: part({
    about: 'brings each installation to what is declared, and keeps it there',
    needs: ['git', 'live', 'report', 'fleet', 'planner', 'lease'],
    load: () => import('./parts/controller.ts'),
  }),
  follow: part({
    about: 'asks the remote for new commits',
    needs: ['git', 'live', 'fleet', 'controller', 'lease'],
    load: () => import('./parts/follow.ts'),
  }),
}

/** What a process can be started as. */
export const ROLES = {
  sync: {
    about: 'follows the branch and keeps the cluster as it declares',
    parts: ['http', 'follow'],
  },
} as const satisfies Readonly<Record<string, { about: string; parts: readonly PartName[] }>>

export type RoleName = keyof typeof ROLES

export const ROLE_NAMES = Object.keys(ROLES) as readonly RoleName[]

export function isRoleName(name: string): name is RoleName {
  return Object.hasOwn(ROLES, name)
}

/** The parts that roles need, each after what it needs. */
export function partsOf(roots: Iterable<PartName>): readonly PartName[] {
  const found = new Set<PartName>()
  const add = (name: PartName) => {
    if (found.has(name)) return
    for (const needed of PARTS[name].needs) add(needed)
    found.add(name)
  }
  for (const name of roots) add(name)
  return [...found]
}

/** Checks that a part starts with no more than it says that it needs. */
function part<Name extends PartName, const Needs extends readonly PartName[]>(definition: {
  readonly about: string
  readonly needs: Needs
  readonly restarts?: true
  readonly load: () => Promise<{
    start(needed: Pick<Parts, Needs[number]>, context: StartContext): Promise<Parts[Name]>
  }>
}): PartDefinition<Name> {
  return definition
}
