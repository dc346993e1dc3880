import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import { FaultError, fault } from '../model/fault.ts'
import { withLock } from './build-lock.ts'
import { type ProgressStream, showProgress } from './build-progress.ts'
import type { ControlPlaneSource } from './control-plane-source.ts'
import { guard } from './reaper.ts'

export interface BuildOptions {
  readonly environment?: NodeJS.ProcessEnv
  /** By default stderr. */
  readonly progress?: ProgressStream
}

/** Builds the program where it is not there yet; processes that want it at once build it once. */
export async function buildControlPlane(
  source: ControlPlaneSource,
  options: BuildOptions = {},
): Promise<void> {
  if (existsSync(source.program)) return
  await mkdir(dirname(source.program), { recursive: true })
  if (await buildAlone(source, options)) return
  const endProgress = showProgress(
    'waiting for another process that builds the Kubernetes control plane',
    options.progress,
  )
  try {
    while (!(await buildAlone(source, options))) await delay(500)
  } finally {
    endProgress()
  }
}

/** Whether the program is there now; false where another process is building it. */
async function buildAlone(source: ControlPlaneSource, options: BuildOptions): Promise<boolean> {
  if (existsSync(source.program)) return true
  return withLock(`${source.program}.lock`, async () => {
    if (!existsSync(source.program)) await build(source, options)
  })
}

async function build(source: ControlPlaneSource, options: BuildOptions): Promise<void> {
  const unfinished = `${source.program}.${process.pid}.${threadId}.new`
  const endProgress = showProgress(
    'building the real Kubernetes control plane with Go (once; about 5 minutes the first time)',
    options.progress,
  )
  try {
    await go([...source.buildArguments, '-o', unfinished, '.'], source.directory, options.environment)
    await rename(unfinished, source.program)
  } finally {
    endProgress()
    await rm(unfinished, { force: true })
  }
}

async function go(
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const env = { ...environment, CGO_ENABLED: '0' }
  const child = spawn('go', args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  guard(child)
  const output = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close').catch((error: unknown) => {
    throw new FaultError(fault('control-plane-build', 'the program "go" can not be run'), { cause: error })
  })
  if (code === 0) return
  const tail = (await output).join('').trim().split('\n').slice(-20).join('\n')
  throw new FaultError(fault('control-plane-build', `go build failed:\n${tail}`))
}
