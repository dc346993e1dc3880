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

const OPERATOR = 'github.com/mattermost/mattermost-operator'
const DIRECTORY = fileURLToPath(new URL('../../mattermost-operator', import.meta.url))
const BUILD = ['build', '-trimpath', '-ldflags', '-s -w']

/** The real operator, in the version that test/mattermost-operator/go.mod names. */
export interface MattermostOperatorBuild {
  /** Path of the program, in the user's cache directory. */
  readonly program: string
  /** Directory of its CustomResourceDefinitions. */
  readonly definitions: string
}

/** Builds the operator with Go where it is not there yet; processes that want it at once build it once. */
export async function buildMattermostOperator(): Promise<MattermostOperatorBuild> {
  const program = await programPath()
  await mkdir(dirname(program), { recursive: true })
  while (!existsSync(program))
    if (!(await withLock(`${program}.lock`, () => build(program)))) await delay(500)
  const module = JSON.parse(await go('mod', 'download', '-json', OPERATOR)) as { readonly Dir: string }
  return { program, definitions: join(module.Dir, 'config/crd/bases') }
}

async function programPath(): Promise<string> {
  const texts = ['go.mod', 'go.sum'].map((file) => readFile(join(DIRECTORY, file), 'utf8'))
  const parts = JSON.stringify([BUILD, await Promise.all(texts), process.platform, process.arch])
  const digest = createHash('sha256').update(parts).digest('hex').slice(0, 16)
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return join(cache, 'reeve', `mattermost-operator-${digest}`, 'mattermost-operator')
}

async function build(program: string): Promise<void> {
  if (existsSync(program)) return
  const endProgress = showProgress('building the real Mattermost operator with Go (once; about 3 minutes)')
  try {
    await go(...BUILD, '-o', `${program}.new`, OPERATOR)
    await rename(`${program}.new`, program)
  } finally {
    endProgress()
  }
}

/** Runs the Go tool in the module; gives what it printed. */
async function go(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, CGO_ENABLED: '0' }
  const child = spawn('go', args, { cwd: DIRECTORY, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  guard(child)
  const stdout = child.stdout.setEncoding('utf8').toArray()
  const stderr = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`go ${args[0]}: ${(await stderr).join('').trim()}`)
  return (await stdout).join('')
}
