import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { buildGoProgram } from '../../../src/adapters/go-program/build-go-program.ts'
import { FaultError } from '../../../src/model/fault.ts'
import { run } from '../../../src/sandbox/child.ts'
import { guard } from '../../../src/sandbox/reaper.ts'

/** A Go module that builds in no time: what is tested here is how it is built, not what. */
async function smallModule(main = 'package main\n\nfunc main() { println("built") }\n') {
  const root = await mkdtemp(join(tmpdir(), 'reeve-build-'))
  const directory = join(root, 'module')
  await mkdir(directory)
  await writeFile(join(directory, 'go.mod'), 'module example.com/small\n\ngo 1.21\n')
  await writeFile(join(directory, 'main.go'), main)
  const shown: string[] = []
  return {
    source: {
      directory,
      mainPackage: '.',
      buildArguments: ['build'],
      name: 'small',
      title: 'the small program',
      duration: 'a second',
      program: join(root, 'cache', 'small'),
    },
    onStart: guard,
    shown,
    progress: { write: (text: string) => shown.push(text) },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  }
}

test('a missing program is built, with one line that says how long it takes', async (t) => {
  await using small = await smallModule()
  await buildGoProgram(small.source, small)
  t.is((await run([small.source.program], [])).stderr, 'built\n')
  t.deepEqual(await readdir(dirname(small.source.program)), ['small'])
  t.is(small.shown.length, 1)
  t.regex(small.shown.join(''), /^building the small program .*a second.*\n$/)
})

test('a program that is there is not built again, and nothing is said', async (t) => {
  await using small = await smallModule()
  await buildGoProgram(small.source, small)
  await buildGoProgram(small.source, { ...small, environment: { PATH: '/nowhere' } })
  t.is(small.shown.length, 1)
})

test('two that want the program at once build it once', async (t) => {
  await using small = await smallModule()
  await Promise.all([buildGoProgram(small.source, small), buildGoProgram(small.source, small)])
  t.true(existsSync(small.source.program))
  t.deepEqual(small.shown.map((line) => line.split(' ')[0]).toSorted(), ['building', 'waiting'])
})

test('the lock of a build that was killed is taken over', async (t) => {
  await using small = await smallModule()
  const lock = `${small.source.program}.lock`
  await mkdir(lock, { recursive: true })
  const longAgo = new Date(Date.now() - 60_000)
  await utimes(lock, longAgo, longAgo)
  await buildGoProgram(small.source, small)
  t.deepEqual(await readdir(dirname(small.source.program)), ['small'])
})

test('where Go is missing the error says how to get it', async (t) => {
  await using small = await smallModule()
  const environment = { ...process.env, PATH: '/nowhere' }
  const error = await t.throwsAsync(buildGoProgram(small.source, { ...small, environment }), {
    instanceOf: FaultError,
  })
  t.regex(error.message, /the small program: the program "go" cannot be run/)
  t.regex(error.fault.remedy, /install Go .*KUBEBUILDER_ASSETS.*REEVE_ENGINE/)
  t.deepEqual(await readdir(dirname(small.source.program)), [])
})

test('a failed build says what the compiler said, and leaves nothing behind', async (t) => {
  await using small = await smallModule('package main\n\nfunc main() { undefinedName() }\n')
  await t.throwsAsync(buildGoProgram(small.source, small), {
    instanceOf: FaultError,
    message: /undefined: undefinedName/,
  })
  t.deepEqual(await readdir(dirname(small.source.program)), [])
})
