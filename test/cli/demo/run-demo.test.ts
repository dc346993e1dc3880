import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test from 'ava'
import { guard } from '../../../src/sandbox/reaper.ts'
import { packageRoot } from '../../../src/support/package/package-root.ts'
import { reeve } from '../../helpers/reeve.ts'
import { until } from '../../helpers/until.ts'

const MAIN = join(packageRoot(), process.env.REEVE_MAIN ?? 'src/cli/main.ts')

test('the demo goes through all its scenes and exits 0', async (t) => {
  const { code, stdout, stderr } = await reeve(['demo', '--once'])
  t.is(code, 0, stderr)
  t.is(stdout.match(/^\d\. /gm)?.length, 5)
  t.regex(stdout, /- spec\.replicas: 2\n +\+ spec\.replicas: 3/)
  t.regex(stdout, /which had drifted\n +- spec\.replicas: 1\n/)
  t.regex(stdout, /! eu\/globex\/report\.yaml:\d+: a field that the kind does not have:\s+spec\.schedle/)
  t.regex(stdout, /status [0-9a-f]{7} acme: healthy at [0-9a-f]{7} \(drift put back\)/)
})

test('Ctrl-C in the middle of a scene ends it, and all that it started', async (t) => {
  const demo = spawn(process.execPath, [MAIN, 'demo'], { stdio: ['ignore', 'pipe', 'pipe'] })
  guard(demo)
  const exited = once(demo, 'close')
  const errors = demo.stderr.setEncoding('utf8').toArray()
  let text = ''
  demo.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await until('the first scene', () => /^1\. /m.test(text), 300_000)
  demo.kill('SIGINT')
  const [code] = await exited
  t.is(code, 0)
  t.is((await errors).join(''), '')
})
