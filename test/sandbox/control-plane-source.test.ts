import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { controlPlaneSource } from '../../src/sandbox/control-plane-source.ts'

test('the program belongs in the directory XDG_CACHE_HOME', async (t) => {
  const { program } = await controlPlaneSource({ XDG_CACHE_HOME: '/somewhere' })
  t.regex(program, /^\/somewhere\/reeve\/control-plane-[0-9a-f]{16}\/control-plane$/)
})

test('a relative XDG_CACHE_HOME is ignored, as its specification says', async (t) => {
  const { program } = await controlPlaneSource({ XDG_CACHE_HOME: 'somewhere' })
  t.is(program, (await controlPlaneSource({})).program)
  t.true(program.startsWith('/'))
})

test('the program says the version of Kubernetes that go.mod requires', async (t) => {
  const { directory, buildArguments } = await controlPlaneSource({})
  t.true(existsSync(join(directory, 'main.go')))
  const flags = buildArguments.join(' ')
  t.regex(flags, /component-base\/version\.gitVersion=v1\.\d+\.\d+ /)
  t.regex(flags, /version\.gitMajor=1 .*version\.gitMinor=\d+ /)
})
