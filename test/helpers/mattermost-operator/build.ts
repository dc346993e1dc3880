import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { guard } from '../../../src/sandbox/reaper.ts'
import { buildGoTool, toolModule } from '../go-tool.ts'

const OPERATOR = 'github.com/mattermost/mattermost-operator'
const MODULE = 'mattermost-operator'

/** The real operator, in the version that test/mattermost-operator/go.mod names. */
export interface MattermostOperatorBuild {
  /** Path of the program, in the user's cache directory. */
  readonly program: string
  /** Directory of its CustomResourceDefinitions. */
  readonly definitions: string
}

/** Builds the operator with Go where it is not there yet; processes that want it at once build it once. */
export async function buildMattermostOperator(): Promise<MattermostOperatorBuild> {
  const program = await buildGoTool({
    module: MODULE,
    mainPackage: OPERATOR,
    name: 'mattermost-operator',
    title: 'the real Mattermost operator',
    duration: 'about three minutes',
  })
  return { program, definitions: await mattermostDefinitions() }
}

/** Directory of the operator's CustomResourceDefinitions; builds nothing. */
export async function mattermostDefinitions(): Promise<string> {
  const module = JSON.parse(await go('mod', 'download', '-json', OPERATOR)) as { readonly Dir: string }
  return join(module.Dir, 'config/crd/bases')
}

/** Runs the Go tool in the module; gives what it printed. */
async function go(...args: readonly string[]): Promise<string> {
  const child = spawn('go', args, {
    cwd: toolModule(MODULE),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  guard(child)
  const stdout = child.stdout.setEncoding('utf8').toArray()
  const stderr = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`go ${args[0]}: ${(await stderr).join('').trim()}`)
  return (await stdout).join('')
}
