import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dump } from 'js-yaml'
import { NO_TENANCY, type Tenancy } from '../../src/model/tenancy.ts'
import { type ControlPlane, startControlPlane } from '../../src/sandbox/control-plane.ts'
import { type GitServer, startGitServer } from '../../src/sandbox/git-server.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { type WorkingCopy, workingCopy } from '../../src/sandbox/working-copy.ts'
import type { Image } from '../helpers/image.ts'
import { ACTING, actingAccount } from './acting-account.ts'
import { type Api, connect } from './api.ts'
import { createNamespace, rawCreates } from './raw.ts'
import { type Subject, startSubject } from './subject.ts'
import { INSTALLATION_SIZE, items } from './workload.ts'

/** The namespace that all of the workload is in. */
export const NAMESPACE = 'fleet'
/** Name of the Repository and of the cluster. */
export const NAME = 'bench'
const WARM_UP = 300

/** What everything is measured on: a real API server, a real Git server with the workload, and Reeve's options. */
export interface Bed extends AsyncDisposable {
  readonly image: Image
  readonly controlPlane: ControlPlane
  readonly api: Api
  readonly git: GitServer
  readonly work: WorkingCopy
  readonly objects: number
  readonly dataDir: string
  /** What every command of Reeve needs to be told. */
  readonly options: readonly string[]
  /** Who Reeve acts as. */
  readonly tenancy: Tenancy
  /** Starts `reeve run`. */
  run(...more: readonly string[]): Subject
}

export interface BedOptions {
  readonly image: Image
  readonly objects: number
  /** The API server notes every request. */
  readonly auditLog?: boolean
  readonly profile?: string | undefined
  /** Reeve acts as a service account. */
  readonly impersonate?: boolean | undefined
}

export async function openBed({
  image,
  objects,
  auditLog = false,
  profile,
  impersonate = false,
}: BedOptions): Promise<Bed> {
  const stack = new AsyncDisposableStack()
  const controlPlane = stack.use(await startControlPlane({ auditLog }))
  const api = stack.use(await connect(controlPlane))
  const git = stack.use(await startGitServer())
  const work = stack.use(await workingCopy(git))
  const dataDir = await temporaryDirectory(stack)
  const files = ['--repo', git.url, '--kubeconfig', controlPlane.kubeconfig, '--data-dir', dataDir]
  const acting = impersonate ? await actingAccount(api, await temporaryDirectory(stack)) : []
  const options = [...files, '--name', NAME, '--cluster', NAME, ...acting]
  await warmUp(api)
  await createNamespace(api, NAMESPACE)
  await pushWorkload(work, objects, '1.0.0')
  return {
    image,
    controlPlane,
    api,
    git,
    work,
    objects,
    dataDir,
    options,
    tenancy: impersonate ? { ...NO_TENANCY, accounts: ACTING } : NO_TENANCY,
    run: (...more) => startSubject(image, ['run', ...options, '--listen', 'none', ...more], { profile }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** A cluster in use has been written to, and asked for its schemas, before Reeve comes. */
async function warmUp(api: Api): Promise<void> {
  await rawCreates(api, 'warm-up', WARM_UP)
  const { paths } = JSON.parse(await api.send('GET', '/openapi/v3'))
  for (const name of ['api/v1', 'apis/apps/v1']) await api.send('GET', paths[name].serverRelativeURL)
}

/** Commits and pushes the whole workload in a version, one file an object. */
export async function pushWorkload(work: WorkingCopy, objects: number, version: string): Promise<void> {
  const all = items(NAMESPACE, objects, version)
  for (const [index, { object }] of all.entries()) {
    const { name } = object.metadata
    await work.write(pathOf(index, name), dump(object))
  }
  await work.commit(`Version ${version}`)
  await work.push()
}

/** Where the `index`th object of the workload is declared. */
export function pathOf(index: number, name: string): string {
  const installation = String(Math.floor(index / INSTALLATION_SIZE)).padStart(4, '0')
  return `app-${installation}/${name}.yaml`
}

async function temporaryDirectory(stack: AsyncDisposableStack): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-bench-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  reaper.guardDirectory(`${directory}-plan`)
  stack.defer(() => reaper.close())
  return directory
}
