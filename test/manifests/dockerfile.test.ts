import { spawnSync } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { engineSource } from '../../src/adapters/engine/engine-source.ts'
import { dockerInstructions } from '../helpers/image.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the image copies only what exists and what .dockerignore lets through', async (t) => {
  const ignore = (await readFile(`${root}/.dockerignore`, 'utf8')).split('\n')
  t.is(ignore[0], '*')
  const copies = (await dockerInstructions()).filter((line) => /^COPY (?!--from)/.test(line))
  const sources = copies.flatMap((line) => line.split(/\s+/).slice(1, -1))
  t.true(sources.includes('src'))
  for (const source of sources) {
    await t.notThrowsAsync(access(`${root}/${source}`), source)
    t.true(
      ignore.some((line) => line.startsWith('!') && `${source}/`.startsWith(`${line.slice(1)}/`)),
      source,
    )
  }
})

test('the image runs the program as a numeric user that is not root', async (t) => {
  const lines = await dockerInstructions()
  t.deepEqual(
    lines.filter((line) => line.startsWith('USER')),
    ['USER 65532:65532'],
  )
  const [entry] = lines.filter((line) => line.startsWith('ENTRYPOINT'))
  const [program, ...args]: string[] = JSON.parse(entry?.slice('ENTRYPOINT '.length) ?? '[]')
  t.is(program, 'node')
  const script = args.pop() ?? ''
  t.is(script, '/app/dist/main.js')
  const { status } = spawnSync(process.execPath, [...args, '--version'])
  t.is(status, 0, `node takes ${args.join(' ')}`)
})

test('the image has the Node that the package asks for', async (t) => {
  const { engines } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'))
  const [, major] = /^>=(\d+)\./.exec(engines.node) ?? []
  const lines = await dockerInstructions()
  t.true(lines.includes(`ARG NODE_IMAGE=node:${major}-slim`))
  const stages = lines.filter((line) => line.startsWith('FROM '))
  t.deepEqual(stages, ['FROM ${GO_IMAGE} AS engine', 'FROM ${NODE_IMAGE} AS build', 'FROM ${NODE_IMAGE}'])
})

test('the image has the renderer, built with the Go and the flags that its module asks for', async (t) => {
  const lines: readonly string[] = await dockerInstructions()
  const { buildArguments } = await engineSource()
  const goMod = await readFile(`${root}/src/adapters/engine/program/go.mod`, 'utf8')
  const [, minor] = /^go 1\.(\d+)/m.exec(goMod) ?? []
  t.true(lines.includes(`ARG GO_IMAGE=golang:1.${minor}`))
  const [build] = lines.filter((line) => line.includes('go build'))
  const words = build?.replaceAll("'", '').split(/\s+/).join(' ')
  t.is(words, `RUN CGO_ENABLED=0 go ${buildArguments.join(' ')} -o /reeve-engine .`)
  t.true(lines.includes('COPY --from=engine /reeve-engine /usr/local/bin/reeve-engine'))
})
