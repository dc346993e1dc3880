import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { guard } from '../../../src/sandbox/reaper.ts'
import { packageRoot } from '../../../src/support/package/package-root.ts'
import { until } from '../../helpers/until.ts'

const MAIN = join(packageRoot(), process.env.REEVE_MAIN ?? 'src/cli/main.ts')
const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'a@b.c',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'a@b.c',
}

test('the demo tells what a push by hand does, and its commands work from anywhere', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'reeve demo '))
  t.teardown(() => rm(home, { recursive: true, force: true }))
  const demo = spawn(process.execPath, [MAIN, 'demo'], {
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  guard(demo)
  const exited = once(demo, 'close')
  let text = ''
  demo.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await until('the scenes to end', () => text.includes('--repo http'), 300_000)
  const [, commands = ''] = text.split('In another terminal:\n')
  const [push = '', kubectl = '', plan = ''] = commands.trim().split('\n\n')
  const shell = (script: string) =>
    promisify(execFile)('sh', ['-c', script], {
      cwd: home,
      env: { ...process.env, ...IDENTITY, HOME: home, XDG_STATE_HOME: '', KUBECONFIG: '/nowhere' },
    })

  t.regex((await shell(kubectl)).stdout, /deployment\.apps\/web/)
  t.regex((await shell(`${plan} --output json`)).stdout, /"kind": "Plan"/)
  await shell(push.replace('git log -p', 'git log -1'))
  await until(
    'the push to be told',
    () => /\+ spec\.replicas: 4\n {3}status \S+ acme: healthy/.test(text.slice(text.indexOf('In another'))),
    60_000,
  )
  demo.kill('SIGINT')
  t.is((await exited)[0], 0)
})
