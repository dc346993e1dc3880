import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { guard, startReaper } from '../../src/sandbox/reaper.ts'

/** The helm program with directories of its own; rejects where it fails. */
export interface Helm extends AsyncDisposable {
  (...args: string[]): Promise<string>
}

export async function helmFor(
  program: string,
  { kubeconfig }: Pick<ControlPlane, 'kubeconfig'>,
): Promise<Helm> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-helm-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  const env = {
    KUBECONFIG: kubeconfig,
    HOME: directory,
    HELM_CACHE_HOME: join(directory, 'cache'),
    HELM_CONFIG_HOME: join(directory, 'config'),
    HELM_DATA_HOME: join(directory, 'data'),
  }
  const helm = async (...args: string[]) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    guard(child)
    const stdout = child.stdout.setEncoding('utf8').toArray()
    const stderr = child.stderr.setEncoding('utf8').toArray()
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${(await stderr).join('')}`)
    return (await stdout).join('')
  }
  return Object.assign(helm, { [Symbol.asyncDispose]: () => reaper.close() })
}
