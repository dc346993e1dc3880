import test from 'ava'
import { presentStatuses } from '../../../src/cli/present/statuses.ts'
import type { InstallationStatus } from '../../../src/model/status.ts'

function status(name: string, more: Partial<InstallationStatus> = {}): InstallationStatus {
  const objects = { declared: 2, healthy: 2 }
  const commit = '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d'
  return { name, state: 'healthy', commit, source: 'x', objects, changes: [], problems: [], ...more }
}

test('each installation has a line, sorted by name and in columns', (t) => {
  const text = presentStatuses([status('eu/globex'), status('acme')], { colour: false, width: 80 })
  t.deepEqual(text.split('\n'), [
    'acme       healthy      1a2b3c4  2 of 2 objects healthy',
    'eu/globex  healthy      1a2b3c4  2 of 2 objects healthy',
    '',
  ])
})

test('what is wrong stands below, with its place and what to do, within the width', (t) => {
  const problem = {
    code: 'rejected',
    message: 'the API server refused the object: some long explanation of what is wrong with it',
    remedy: 'correct the manifest as the message says',
    object: 'Pod acme/web',
    file: 'acme/web.yaml',
    line: 7,
  }
  const failed = status('acme', { state: 'failed', problems: [problem] })
  const lines = presentStatuses([failed], { colour: false, width: 60 }).split('\n')
  t.true(lines[1]?.startsWith('    acme/web.yaml:7: Pod acme/web: the API server'))
  t.true(lines.some((line) => line.includes('correct the manifest')))
  t.true(lines.every((line) => line.length <= 60))
})

test('names cannot steer the terminal', (t) => {
  t.false(presentStatuses([status('a\u001b[2Jb')], { colour: false, width: 80 }).includes('\u001b'))
})
