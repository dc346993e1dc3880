import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { goProgram } from '../../../src/adapters/go-program/go-program.ts'
import { goSources } from '../../../src/adapters/go-program/go-sources.ts'

async function moduleOf(files: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-module-'))
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  for (const file of files) await write(file, file)
  const module = {
    directory,
    mainPackage: '.',
    buildArguments: ['build'],
    name: 'p',
    title: '',
    duration: '',
  }
  return { directory, write, module, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

test('the sources of a module are those of all its packages', async (t) => {
  const sources = ['go.mod', 'go.sum', 'inner/deep/c.go', 'inner/b.go', 'main.go']
  const others = [
    'README.md',
    'a_test.go',
    'testdata/x.go',
    '_old/x.go',
    '.git/x.go',
    'own/go.mod',
    'own/x.go',
  ]
  await using made = await moduleOf([...sources, ...others])
  t.deepEqual(await goSources(made.directory), sources.toSorted())
})

test('a change in any package gives the program another place', async (t) => {
  await using made = await moduleOf(['go.mod', 'main.go', 'inner/b.go'])
  const before = await goProgram(made.module)
  t.is((await goProgram(made.module)).program, before.program)
  await made.write('inner/b.go', 'changed')
  t.not((await goProgram(made.module)).program, before.program)
})

test('other flags and another package give the program another place', async (t) => {
  await using made = await moduleOf(['go.mod'])
  const { program } = await goProgram(made.module)
  t.not((await goProgram({ ...made.module, buildArguments: ['build', '-trimpath'] })).program, program)
  t.not((await goProgram({ ...made.module, mainPackage: './other' })).program, program)
})

test('a program with C code has another place than one without', async (t) => {
  await using made = await moduleOf(['go.mod'])
  const { program } = await goProgram(made.module)
  t.not((await goProgram({ ...made.module, hasC: true })).program, program)
})
