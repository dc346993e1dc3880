import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { leaseName } from '../../../src/model/lease-name.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { git } from '../../../src/sandbox/git-process.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { type GroupFile, groupRecorded } from '../../helpers/group-recorded.ts'
import { kubectl } from '../../helpers/live.ts'
import { namespace } from '../../helpers/manifests.ts'
import type { Random } from '../../helpers/random.ts'
import type { ReeveProcess } from '../../helpers/reeve.ts'
import type { Ring, Seen } from '../../helpers/rollout-promises.ts'
import { until } from '../../helpers/until.ts'
import { type Application, HEALTH, startApplication } from './application.ts'

const SOAK_MS = 1_000
const LONGEST_PAUSE_MS = 700
/** A kill that waits for more than ever happens is done all the same. */
const LONGEST_WAIT_MS = 2_000

const SIZES = [2, 5, 10] as const

export interface Options {
  readonly name: string
  readonly onFailure: 'halt' | 'rollback'
  readonly random: Random
}

/** What is lost with a Reeve that is killed. */
export interface Loss {
  readonly data: boolean
  readonly branch: boolean
}

/** Three rings of an application, and a Reeve that is killed now and then while it brings them to a version. */
export class KilledRollout implements AsyncDisposable {
  readonly rings: readonly Ring[]
  readonly fleet: Fleet
  readonly application: Application
  readonly #options: Options
  readonly #t: ExecutionContext
  readonly #controlPlane: ControlPlane
  readonly #begin = Date.now()
  #reeve: ReeveProcess

  private constructor(
    t: ExecutionContext,
    controlPlane: ControlPlane,
    fleet: Fleet,
    application: Application,
    options: Options,
  ) {
    this.#t = t
    this.#controlPlane = controlPlane
    this.fleet = fleet
    this.application = application
    this.#options = options
    this.rings = ringsOf(options.name)
    this.#reeve = fleet.run()
  }

  /** All members run version 1. */
  static async start(
    t: ExecutionContext,
    controlPlane: ControlPlane,
    options: Options,
  ): Promise<KilledRollout> {
    const { name, random } = options
    const application = startApplication(controlPlane, name, name, random.fork('application'))
    const fleet = await startFleet(controlPlane, { name })
    const commit = await fleet.push(firstFiles(options))
    const rollout = new KilledRollout(t, controlPlane, fleet, application, options)
    await rollout.run('1', commit)
    return rollout
  }

  get members(): readonly string[] {
    return this.rings.flatMap(({ members }) => members)
  }

  /** Has the application in another version. @returns the commit */
  push(version: string): Promise<string> {
    const { name } = this.#options
    return this.fleet.push({ 'groups/all.yaml': allGroup(name, version) }, `Version ${version}`)
  }

  /** Kills Reeve after so many more changes and a moment, and starts another one. */
  async kill(changes: number, { data, branch }: Loss): Promise<void> {
    const { random } = this.#options
    await this.#reeve.logged('new commit')
    const from = this.application.seen.length
    const haveChanged = () => this.application.seen.length >= from + changes
    await until('changes', haveChanged, LONGEST_WAIT_MS, 5).catch(() => {})
    await sleep(random.between(0, LONGEST_PAUSE_MS))
    this.#reeve.signal('SIGKILL')
    await this.#reeve.exited
    this.#t.log(
      `${((Date.now() - this.#begin) / 1000).toFixed(1)} s: killed after ${this.application.seen.length - from} changes`,
      ...(data ? ['data directory lost'] : []),
      ...(branch ? ['status branch lost'] : []),
    )
    // It is certainly dead: the next one need not ask for ten seconds whether it is.
    await kubectl(this.#controlPlane, '-n', 'default', 'delete', 'lease', leaseName(this.#options.name))
    const { dataDir, git: server, statusBranch } = this.fleet
    if (data) await rm(dataDir, { recursive: true, force: true })
    if (branch) await git(['update-ref', '-d', `refs/heads/${statusBranch}`], { cwd: server.directory })
    this.#reeve = this.fleet.run()
  }

  /** Resolves when all members run a version, and the status branch says of all groups that they are done with it. */
  async run(version: string, commit: string): Promise<void> {
    await this.running(version)
    for (const { group } of this.rings)
      await this.recorded(group, (file) => file.state === 'done' && file.commit === commit)
    for (const name of this.members)
      await this.fleet.recorded(name, (record) => record.state === 'healthy' && record.version === version)
  }

  /** Resolves when all members run a version. */
  async running(version: string): Promise<void> {
    const latest = () => new Map(this.application.seen.map((seen) => [seen.name, seen]))
    const isThere = (seen: Seen | undefined) => seen?.version === version && seen.runs === version
    const look = () => this.members.every((name) => isThere(latest().get(name)))
    await until(`all at version ${version}`, look).catch((error) => {
      const all = [...latest().values()].map((seen) => JSON.stringify(seen))
      throw new Error(
        [error.message, ...all, ...this.#reeve.log.map((line) => JSON.stringify(line))].join('\n'),
      )
    })
  }

  /** Resolves with what the status branch says of a group, when it fits. */
  recorded(group: string, fits: (file: GroupFile) => boolean): Promise<GroupFile> {
    return groupRecorded(this.fleet, group, fits)
  }

  /** Unforeseen errors of the Reeve that runs now. */
  get errors(): readonly unknown[] {
    return this.#reeve.log.filter(({ code }) => code === 'internal')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reeve[Symbol.asyncDispose]()
    await this.application[Symbol.asyncDispose]()
    await this.fleet[Symbol.asyncDispose]()
  }
}

function ringsOf(name: string): readonly Ring[] {
  return SIZES.map((size, index) => ({
    group: `${name}-ring-${index + 1}`,
    members: Array.from({ length: size }, (_, nr) => `${name}-${index + 1}-${nr + 1}`),
    maxUnavailable: 3,
    soakMs: SOAK_MS,
  }))
}

function allGroup(name: string, version: string): string {
  const spec = { template: { path: 'templates/app' }, version, namespace: name, health: HEALTH }
  return document('InstallationGroup', name, spec)
}

function document(kind: string, name: string, spec: object): string {
  return `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind, metadata: { name }, spec })}\n`
}

function firstFiles({ name, onFailure }: Options): Readonly<Record<string, string>> {
  const rings = ringsOf(name)
  const files = rings.flatMap(({ group, members, maxUnavailable, soakMs }, index) => {
    const before = rings[index - 1]?.group
    const after = before === undefined ? [] : [{ group: before, soak: `${soakMs}ms` }]
    return [
      [
        `groups/${group}.yaml`,
        document('InstallationGroup', group, { group: name, rollout: { maxUnavailable, onFailure, after } }),
      ],
      ...members.map((member) => [`fleet/${member}.yaml`, document('Installation', member, { group })]),
    ]
  })
  return {
    'aa/namespace.yaml': namespace(name),
    'templates/app/app.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${installation.name}" }\ndata: { version: "${installation.version}" }\n',
    'groups/all.yaml': allGroup(name, '1'),
    ...Object.fromEntries(files),
  }
}
