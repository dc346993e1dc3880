import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { withLock } from '../../../src/demo/build-lock.ts'
import { showProgress } from '../../../src/demo/build-progress.ts'
import { guard } from '../../../src/demo/reaper.ts'

const REGISTRY = 'github.com/distribution/distribution/v3/cmd/registry'
const DIRECTORY = fileURLToPath(new URL('../../oci-registry', import.meta.url))
const BUILD = ['build', '-trimpath', '-ldflags', '-s -w']

/**
 * Builds the real registry (CNCF Distribution) with Go where it is not there yet; processes that want it at
 * once build it once. @returns the path of the program, in the user's cache directory
 */
export async function buildOciRegistry(): Promise<string> {
  const program = await programPath()
  await mkdir(dirname(program), { recursive: true })
  while (!existsSync(program))
    if (!(await withLock(`${program}.lock`, () => build(program)))) await delay(500)
  return program
}

async function programPath(): Promise<string> {
  const texts = ['go.mod', 'go.sum'].map((file) => readFile(join(DIRECTORY, file), 'utf8'))
  const parts = JSON.stringify([BUILD, await Promise.all(texts), process.platform, process.arch])
  const digest = createHash('sha256').update(parts).digest('hex').slice(0, 16)
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return join(cache, 'reeve', `oci-registry-${digest}`, 'registry')
}

async function build(program: string): Promise<void> {
  if (existsSync(program)) return
  const endProgress = showProgress('building a real OCI registry with Go (once; about 2 minutes)')
  try {
    const env = { ...process.env, CGO_ENABLED: '0' }
    const args = [...BUILD, '-o', `${program}.new`, REGISTRY]
    const child = spawn('go', args, {
      cwd: DIRECTORY,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    guard(child)
    const stderr = child.stderr.setEncoding('utf8').toArray()
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`go build: ${(await stderr).join('').trim()}`)
    await rename(`${program}.new`, program)
  } finally {
    endProgress()
  }
}
