import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'
import { packageRoot, version } from '../../src/support/package/package-root.ts'

test('npm run reeve starts the program', async (t) => {
  const options = { cwd: packageRoot() }
  const { stdout } = await promisify(execFile)(
    'npm',
    ['run', '--silent', 'reeve', '--', '--version'],
    options,
  )
  t.is(stdout.trim(), version())
})
