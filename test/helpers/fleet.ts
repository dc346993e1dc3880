import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import type { InstallationStatus } from '../../src/model/status.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { type GitServer, startGitServer } from '../../src/sandbox/git-server.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { type WorkingCopy, workingCopy } from '../../src/sandbox/working-copy.ts'
import { type Finished, type ReeveProcess, reeveWithin, startReeve } from './reeve.ts'
import { until } from './until.ts'

/** Path → text; undefined removes the file or directory. */
export type Files = Readonly<Record<string, string | Uint8Array | undefined>>

export interface StatusCommit {
  readonly oid: string
  readonly subject: string
  readonly message: string
}

/** A repository on a Git server of its own, and Reeves that follow it into a cluster. */
export interface Fleet extends AsyncDisposable {
  readonly git: GitServer
  readonly work: WorkingCopy
  /** Name of the Repository and of the cluster. */
  readonly name: string
  readonly dataDir: string
  readonly statusBranch: string
  /** What every command needs to be told. */
  readonly options: readonly string[]
  /** Commits and pushes changes; gives the commit's id. */
  push(files: Files, message?: string): Promise<string>
  /** `reeve sync` to its end. */
  sync(...more: string[]): Promise<Finished>
  /** `reeve plan` to its end. */
  plan(...more: string[]): Promise<Finished>
  /** Any other command to its end; the options come after its operands. */
  reeve(command: string, ...more: string[]): Promise<Finished>
  /** `reeve run`, which polls every second. */
  run(...more: string[]): ReeveProcess
  /** What the status branch says of an installation. */
  record(installation: string): Promise<Recorded | undefined>
  /** Resolves with the record when it fits. */
  recorded(installation: string, fits: (record: Recorded) => boolean, within?: number): Promise<Recorded>
  /** The status branch's commits, the latest first. */
  statusCommits(): Promise<readonly StatusCommit[]>
}

/** A record as its file has it: a revision of one commit is that commit's id. */
export interface Recorded extends Omit<InstallationStatus, 'name' | 'applied' | 'done'> {
  readonly applied?: string
  readonly done?: string
}

export interface FleetOptions {
  readonly name?: string
  readonly kubeconfig?: string
  readonly username?: string
  readonly password?: string
  /** The options that name the remote; by default its URL over HTTP. */
  readonly remote?: (server: GitServer) => readonly string[]
  /** Runs the commands that come to an end: within the process of the test, or in one of their own. */
  readonly command?: typeof reeveWithin
}

/** Starts a Git server with an empty repository. */
export async function startFleet(
  controlPlane: Pick<ControlPlane, 'kubeconfig'>,
  {
    name = 'fleet',
    kubeconfig = controlPlane.kubeconfig,
    command = reeveWithin,
    remote = ({ url }) => ['--repo', url],
    ...credentials
  }: FleetOptions = {},
): Promise<Fleet> {
  const server = await startGitServer(credentials)
  const work = await workingCopy(server)
  const dataDir = await mkdtemp(join(tmpdir(), 'reeve-fleet-'))
  const reaper = startReaper()
  reaper.guardDirectory(dataDir)
  reaper.guardDirectory(`${dataDir}-plan`)
  const options = [...remote(server), '--kubeconfig', kubeconfig, '--data-dir', dataDir]
  options.push('--name', name, '--cluster', name)
  const statusBranch = `reeve/status/${name}`
  const record = (installation: string) => readRecord(server, statusBranch, installation)
  return {
    git: server,
    work,
    name,
    dataDir,
    statusBranch,
    options,
    push: (files, message = 'Change') => push(work, files, message),
    sync: (...more) => command(['sync', ...options, ...more]),
    plan: (...more) => command(['plan', ...options, ...more]),
    reeve: (name, ...more) => command([name, ...more, ...options]),
    run: (...more) =>
      explained(startReeve(['run', ...options, '--interval', '1s', '--listen', 'none', ...more]), server),
    record,
    recorded: (installation, fits, within) =>
      recordThatFits(installation, onceACommit(server, statusBranch, record), fits, within),
    statusCommits: () => statusCommits(server, statusBranch),
    async [Symbol.asyncDispose]() {
      await Promise.all([work.close(), server.close(), reaper.close()])
    },
  }
}

/** What it does not log may be due to what the Git server has not answered: that is told, too. */
function explained(running: ReeveProcess, { requests }: GitServer): ReeveProcess {
  const open = () => requests.filter(({ status }) => status === undefined)
  return {
    ...running,
    logged: (...expected) =>
      running.logged(...expected).catch((error) => {
        throw new Error(`${error.message}\nnot answered by the Git server: ${JSON.stringify(open())}`)
      }),
  }
}

async function push(work: WorkingCopy, files: Files, message: string): Promise<string> {
  for (const [path, text] of Object.entries(files))
    await (text === undefined ? work.remove(path) : work.write(path, text))
  const oid = await work.commit(message)
  await work.push()
  return oid
}

async function readRecord(
  server: GitServer,
  branch: string,
  installation: string,
): Promise<Recorded | undefined> {
  const file = `${branch}:installations/${installation}.yaml`
  const text = await git(['show', file], { cwd: server.directory }).catch(() => undefined)
  return text === undefined ? undefined : (load(text) as unknown as Recorded)
}

/** Reads anew only where the branch has moved: looking costs no process. */
function onceACommit(
  { directory }: GitServer,
  branch: string,
  read: (installation: string) => Promise<Recorded | undefined>,
): (installation: string) => Promise<Recorded | undefined> {
  let seen: { readonly head: string; readonly record: Recorded | undefined } | undefined
  return async (installation) => {
    const head = await readFile(join(directory, 'refs', 'heads', branch), 'utf8').catch(() => undefined)
    if (seen !== undefined && seen.head === head) return seen.record
    const record = await read(installation)
    seen = head === undefined ? undefined : { head, record }
    return record
  }
}

async function recordThatFits(
  installation: string,
  read: (installation: string) => Promise<Recorded | undefined>,
  fits: (record: Recorded) => boolean,
  within?: number,
): Promise<Recorded> {
  let last: Recorded | undefined
  const look = async () => {
    last = await read(installation)
    return last !== undefined && fits(last) ? last : undefined
  }
  return until(`the record of ${installation}`, look, within).catch((error) => {
    throw new Error(`${error.message}\n${JSON.stringify(last, undefined, 2)}`)
  }) as Promise<Recorded>
}

async function statusCommits(server: GitServer, branch: string): Promise<readonly StatusCommit[]> {
  const format = '--format=%H%x00%s%x00%B%x01'
  const text = await git(['log', format, branch, '--'], { cwd: server.directory }).catch(() => '')
  return text
    .split('\x01')
    .map((part) => part.trimStart().split('\0'))
    .filter(([oid]) => oid)
    .map(([oid = '', subject = '', message = '']) => ({ oid, subject, message }))
}
