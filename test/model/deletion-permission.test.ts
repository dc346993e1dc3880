import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'
import { permissionRemedy } from '../../src/model/deletion-permission.ts'
import { shellWord } from '../../src/model/shell-word.ts'

test('the commit that allows deletions names the installations', (t) => {
  t.is(
    permissionRemedy('deletion-limit', ['acme', 'eu/beta']),
    `if it is intended, push a commit that allows it:
  git commit --allow-empty -m "Allow deletions" \\
    --trailer "Reeve-Allow-Deletion: acme, eu/beta"`,
  )
})

test('a commit that must allow the deletions of all installations is said to', (t) => {
  t.is(
    permissionRemedy('deletion-limit', ['acme', 'a,b']),
    `if it is intended, push a commit that allows it; it allows the deletions of all installations, as the trailer cannot name one with a comma in its name:
  git commit --allow-empty -m "Allow deletions" \\
    --trailer "Reeve-Allow-Deletion: *"`,
  )
})

test('a shell reads a quoted word as it was', async (t) => {
  const words = ['a/b:c', 'a b', "it's", '"$HOME" `id` \\ !', "$x's", '*', '', 'a\nb']
  const command = `printf '%s\\0' ${words.map(shellWord).join(' ')}`
  const { stdout } = await promisify(execFile)('sh', ['-c', command])
  t.deepEqual(stdout.split('\0').slice(0, -1), words)
  t.is(shellWord('a/b:c'), 'a/b:c')
})
