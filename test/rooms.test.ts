import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { LANDINGS, ROOMS, type Room } from '../src/rooms.ts'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** Maximum share of all lines that one room may have. */
const LARGEST_SHARE = 0.15
const IO =
  /^(node:(child_process|cluster|dgram|dns|fs|http2?|https|net|process|readline|repl|tls|worker_threads)\b|undici|isomorphic-git|ssh2|@kubernetes\/)/

/** Tests of a whole stage against the real thing. */
const BEYOND: ReadonlySet<string> = new Set(['stages/plan/catalogue'])

interface SourceFile {
  /** Below src. */
  readonly path: string
  readonly room: Room
  readonly lines: number
  /** Paths below src of the program's own files that it imports, types included. */
  readonly own: readonly string[]
  readonly foreign: readonly string[]
}

const rooms = ROOMS.toSorted((a, b) => b.path.length - a.path.length)
const roomOf = (path: string) => rooms.find((room) => path.startsWith(`${room.path}/`))
const landingOf = (room: Room) => LANDINGS.findIndex((landing) => `${room.path}/`.startsWith(`${landing}/`))

const files = await sourceFiles()

async function sourceFiles(): Promise<readonly SourceFile[]> {
  const paths = (await readdir(SRC, { recursive: true })).filter((path) => /\.[jt]s$/.test(path))
  return Promise.all(paths.filter((path) => path !== 'rooms.ts').map(readSource))
}

async function readSource(path: string): Promise<SourceFile> {
  const text = await readFile(join(SRC, path), 'utf8')
  const room = roomOf(path)
  if (!room) throw new Error(`src/${path} is in no room of src/rooms.ts`)
  const specifiers = [...text.matchAll(/\b(?:from|import) ?\(? ?'([^']+)'/g)].map(
    ([, specifier = '']) => specifier,
  )
  const isOwn = (specifier: string) => specifier.startsWith('.')
  return {
    path,
    room,
    lines: text.split('\n').length - 1,
    own: specifiers.filter(isOwn).map((specifier) => normalize(join(dirname(path), specifier))),
    foreign: specifiers.filter((specifier) => !isOwn(specifier)),
  }
}

/** Imports from one room to another, as `room -> room`, with an example. */
const crossings = new Map<string, string>()
for (const { path, room, own } of files) {
  for (const target of own) {
    const to = roomOf(target)
    if (to && to !== room) crossings.set(`${room.path} -> ${to.path}`, `src/${path} imports src/${target}`)
  }
}

test('each import goes to a room that src/rooms.ts allows, and each room that it allows is in use', (t) => {
  const allowed = new Set(ROOMS.flatMap(({ path, imports }) => imports.map((to) => `${path} -> ${to}`)))
  t.deepEqual(
    [...crossings].filter(([crossing]) => !allowed.has(crossing)).map(([, example]) => example),
    [],
  )
  t.deepEqual(
    [...allowed].filter((crossing) => !crossings.has(crossing)),
    [],
  )
})

test('no room imports from a landing above its own, and no rooms import each other in a circle', (t) => {
  const byPath = new Map(ROOMS.map((room) => [room.path, room]))
  const wrong = ROOMS.flatMap((room) =>
    room.imports
      .map((path) => byPath.get(path))
      .filter((to) => !to || landingOf(to) > landingOf(room))
      .map((to) => `${room.path} -> ${to?.path}`),
  )
  t.deepEqual(wrong, [])

  const left = new Map(ROOMS.map(({ path, imports }) => [path, imports]))
  const done = new Set<string>()
  for (let before = -1; before !== done.size; ) {
    before = done.size
    for (const [path, imports] of left) if (imports.every((to) => done.has(to))) done.add(path)
    for (const path of done) left.delete(path)
  }
  t.deepEqual([...left.keys()], [])
})

test('the rooms stand in the order of their landings', (t) => {
  const order = ROOMS.map(landingOf)
  t.false(order.includes(-1))
  t.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  )
})

test('pure rooms do no I/O', (t) => {
  const wrong = files
    .filter(({ room }) => room.pure)
    .flatMap(({ path, foreign }) =>
      foreign.filter((name) => IO.test(name)).map((name) => `src/${path}: ${name}`),
    )
  t.deepEqual(wrong, [])
})

test('no room holds more than 15 % of the lines, and none is empty', (t) => {
  const total = files.reduce((sum, { lines }) => sum + lines, 0)
  for (const room of ROOMS) {
    const lines = files.filter((file) => file.room === room).reduce((sum, file) => sum + file.lines, 0)
    t.true(lines > 0 && lines < LARGEST_SHARE * total, `${room.path}: ${lines} of ${total}`)
  }
})

test('test mirrors src', async (t) => {
  const folders = new Set(files.map(({ path }) => dirname(path)))
  const tests = (await readdir(join(SRC, '../test'), { recursive: true })).filter((path) =>
    path.endsWith('.test.ts'),
  )
  const landings = tests.filter((path) => LANDINGS.some((landing) => path.startsWith(`${landing}/`)))
  t.true(landings.length > 100)
  t.deepEqual(
    landings.filter((path) => !BEYOND.has(dirname(path)) && !folders.has(dirname(path))),
    [],
  )
})

test('src/README.md tells the purpose of each room', async (t) => {
  const readme = (await readFile(join(SRC, 'README.md'), 'utf8')).replace(/\s+/g, ' ')
  for (const { path, purpose } of ROOMS) t.true(readme.includes(`| \`${path}\` | ${purpose} |`), path)
})

test('src/README.md names files that are there', async (t) => {
  const readme = await readFile(join(SRC, 'README.md'), 'utf8')
  const named = [...readme.matchAll(/`([\w/-]+\.ts)`/g)].map(([, path = '']) => path)
  t.true(named.length > 20)
  const there = new Set([...files.map(({ path }) => path), 'rooms.ts'])
  t.deepEqual(
    named.filter((path) => !there.has(path)),
    [],
  )
})
